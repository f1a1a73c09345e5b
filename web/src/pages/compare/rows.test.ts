import { describe, expect, it } from "vitest";
import type { Change, ComparisonItem } from "~/api/types";
import { countChanges, named, rowsOf } from "./rows";
import { numbersOf, readCompareSearch, turn } from "./search";

const item = (nodeid: string, change: Change): ComparisonItem => ({
  nodeid,
  change,
  outcomes: ["passed", "passed"],
  durations_ms: [1, 1],
});

describe("the lines of a comparison", () => {
  const items = [
    item("a.py::one", "fixed"),
    item("b.py::two", "same"),
    item("b.py::three", "same"),
  ];

  it("have a head for each change that has test cases, and fold what is the same", () => {
    expect(rowsOf(items, {}).map((row) => (row.type === "group" ? row.count : "item"))).toEqual([
      1,
      "item",
      2,
    ]);
    expect(rowsOf(items, { turned: "fixed,same" })).toHaveLength(4);
    expect(rowsOf(items, { change: "same" })).toHaveLength(3);
    expect(countChanges(items)).toMatchObject({ fixed: 1, same: 2, missing: 0 });
  });

  it("have names with every word of the filter", () => {
    expect(named(items, "B.PY thr")).toEqual([items[2]]);
    expect(named(items, " ")).toEqual(items);
  });
});

describe("the address of a comparison", () => {
  it("holds two to four different numbers, and nothing it does not know", () => {
    expect(numbersOf("111, 112,x,112,3,4,5")).toEqual([111, 112, 3, 4]);
    expect(readCompareSearch({ runs: "x", change: "worse", turned: "same,no" })).toEqual({
      turned: "same",
    });
  });

  it("remembers which groups were turned, and forgets them when turned back", () => {
    const once = turn({ runs: "1,2" }, "same");
    expect(once).toEqual({ runs: "1,2", turned: "same" });
    expect(turn(once, "same")).toEqual({ runs: "1,2" });
  });
});

import { describe, expect, it } from "vitest";
import { parseTyped, readSearch, toFilters } from "./search";

const noon = new Date(2026, 2, 9, 12).getTime();

describe("the search of the runs", () => {
  it("takes filters and words as they are typed", () => {
    expect(parseTyped("env:1-40 user:ann outcome:failed refund eur")).toEqual({
      env: "1-40",
      user: "ann",
      outcome: "failed",
      q: "refund eur",
    });
  });

  it("takes a word with an unknown key for a word", () => {
    expect(parseTyped("test_x.py::test_y")).toEqual({ q: "test_x.py::test_y" });
  });

  it("ignores what the address should not have", () => {
    expect(readSearch({ env: "12", bogus: "1", user: "", sort: "sideways" })).toEqual({
      env: "12",
    });
  });

  it("asks for days of the reader's calendar", () => {
    expect(toFilters({ created: "yesterday" }, noon)).toEqual({
      created_from: new Date(2026, 2, 8).toISOString(),
      created_to: new Date(2026, 2, 8, 23, 59, 59, 999).toISOString(),
    });
    expect(toFilters({ created: "2026-03-01" }, noon).created_to).toBe(
      new Date(2026, 2, 1, 23, 59, 59, 999).toISOString(),
    );
  });

  it("passes the rest on by the service's names", () => {
    expect(toFilters({ env: "7,9-12", file: "api/", sort: "oldest" }, noon)).toEqual({
      environment: "7,9-12",
      target: "api/",
      sort: "id",
    });
  });
});

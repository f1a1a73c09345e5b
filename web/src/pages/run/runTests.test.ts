import { describe, expect, it, vi } from "vitest";
import { aTest } from "~/testing/samples";
import { splitNodeid } from "./nodeid";
import { RunTests } from "./runTests";
import { type RowOptions, type TestRow, testRows } from "./testRows";

const options: RowOptions = {
  filter: "",
  outcome: "",
  slowest: false,
  selected: null,
  opened: new Map(),
  unfolded: new Set(),
  total: 0,
};

const empty = async () => ({ items: [], next_cursor: null });

function shown(rows: readonly TestRow[]): string[] {
  return rows.map((row) => {
    const indent = "  ".repeat(row.type === "head" ? 0 : row.depth);
    if (row.type === "head") return `# ${row.label} ${row.count}`;
    if (row.type === "fold") return `${indent}${row.hidden} more passed`;
    if (row.type === "node") return `${indent}${row.node.name} ${row.node.counts.total}`;
    const name = row.whole ? row.test.nodeid : splitNodeid(row.test.nodeid).at(-1)?.name;
    return `${indent}${name} ${row.test.outcome}`;
  });
}

describe("the steps of a nodeid", () => {
  it("are directories, file, classes and the test case with its parameters", () => {
    expect(splitNodeid("a/b/test_c.py::TestD::test_e[x/y::z]")).toEqual([
      { key: "a", name: "a" },
      { key: "a/b", name: "b" },
      { key: "a/b/test_c.py", name: "test_c.py" },
      { key: "a/b/test_c.py::TestD", name: "TestD" },
      { key: "a/b/test_c.py::TestD::test_e[x/y::z]", name: "test_e[x/y::z]" },
    ]);
  });
});

describe("the tests of a run", () => {
  it("show failures and what runs now above the tree", () => {
    const tests = new RunTests(empty);
    tests.hear([
      aTest({ nodeid: "a/test_x.py::test_1" }),
      aTest({ nodeid: "a/test_x.py::test_2", outcome: "failed" }),
      aTest({ nodeid: "a/test_y.py::test_3", outcome: "running" }),
    ]);
    expect(shown(testRows(tests, { ...options, total: 9 }))).toEqual([
      "# Failed 1",
      "a/test_x.py::test_2 failed",
      "# Running now 1",
      "a/test_y.py::test_3 running",
      "# All tests 3 of 9",
      "a 3",
      "  test_x.py 2",
      "    test_1 passed",
      "    test_2 failed",
      "  test_y.py 1",
      "    test_3 running",
    ]);
  });

  it("keep their counts when a test case changes", () => {
    const tests = new RunTests(empty);
    tests.hear([aTest({ nodeid: "a/test_x.py::test_1", outcome: "running" })]);
    expect(tests.root.counts).toEqual({ total: 1, bad: 0, running: 1, passed: 0 });
    tests.hear([aTest({ nodeid: "a/test_x.py::test_1", outcome: "error" })]);
    tests.hear([aTest({ nodeid: "a/test_x.py::test_1", outcome: "error" })]);
    expect(tests.root.counts).toEqual({ total: 1, bad: 1, running: 0, passed: 0 });
  });

  it("fold many passed ones of a file and never a failed one", () => {
    const tests = new RunTests(empty);
    const many = Array.from({ length: 30 }, (_, i) => aTest({ nodeid: `test_x.py::test_${i}` }));
    tests.hear([...many, aTest({ nodeid: "test_x.py::test_bad", outcome: "failed" })]);
    const rows = shown(testRows(tests, options)).slice(2);
    expect(rows).toEqual([
      "# All tests 31",
      "test_x.py 31",
      "  test_0 passed",
      "  test_1 passed",
      "  test_2 passed",
      "  test_bad failed",
      "  27 more passed",
    ]);
  });

  it("prefer what the stream told to an answer that was asked for before", async () => {
    let answer: (page: { items: ReturnType<typeof aTest>[] }) => void = () => {};
    const tests = new RunTests(() => new Promise((resolve) => (answer = resolve)));
    const loading = tests.load();
    tests.hear([aTest({ outcome: "failed" })]);
    answer({ items: [aTest({ outcome: "running" })] });
    await loading;
    expect(tests.cases.get(aTest().nodeid)?.outcome).toBe("failed");
  });

  it("are fetched page by page", async () => {
    const fetch = vi
      .fn()
      .mockResolvedValueOnce({ items: [aTest({ nodeid: "a.py::one" })], next_cursor: "2" })
      .mockResolvedValueOnce({ items: [aTest({ nodeid: "a.py::two" })], next_cursor: null });
    const tests = new RunTests(fetch);
    expect(await tests.load()).toBe(2);
    expect(fetch.mock.calls.map(([cursor]) => cursor)).toEqual([null, "2"]);
  });

  it("are searched by name and by outcome", () => {
    const tests = new RunTests(empty);
    tests.hear([
      aTest({ nodeid: "a.py::test_Refund" }),
      aTest({ nodeid: "a.py::test_pay", outcome: "lost" }),
    ]);
    expect(shown(testRows(tests, { ...options, filter: "refund" }))).toEqual([
      "# Matching 1",
      "a.py::test_Refund passed",
    ]);
    expect(shown(testRows(tests, { ...options, outcome: "failed" }))[1]).toBe(
      "a.py::test_pay lost",
    );
  });
});

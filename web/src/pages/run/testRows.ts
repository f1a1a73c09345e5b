import type { TestCase } from "~/api/types";
import type { TreeRow } from "~/tree/VirtualTree";
import { isBad } from "./nodeid";
import type { RunTests, TestNode } from "./runTests";

/** A line of the tests of a run. */
export type TestRow = TreeRow &
  (
    | { type: "head"; label: string; count: string; ruled: boolean }
    | { type: "case"; test: TestCase; depth: number; whole: boolean }
    | { type: "node"; node: TestNode; depth: number }
    | { type: "fold"; node: TestNode; hidden: number; depth: number }
  );

export type RowOptions = {
  /** Part of a nodeid; empty for all. */
  filter: string;
  outcome: string;
  slowest: boolean;
  selected: string | null;
  /** What the person opened (true) or closed (false); the rest opens by itself where something happens. */
  opened: ReadonlyMap<string, boolean>;
  /** Files whose passed test cases are all shown. */
  unfolded: ReadonlySet<string>;
  total: number;
};

const HEAD_PX = 31;
/** A file with more passed test cases than this shows how many more there are. */
const SHOWN_PASSED = 12;
/** A small run is shown whole. */
const SMALL = 40;

/** Failures first, then what runs now, then the tree; or a flat list when filtered or by duration. */
export function testRows(tests: RunTests, options: RowOptions): TestRow[] {
  const all = [...tests.cases.values()];
  if (options.filter || options.outcome) {
    const found = all.filter((test) => fits(test, options));
    return section("Matching", found, options);
  }
  if (options.slowest) {
    const ended = all.filter((test) => test.duration_ms !== null && test.duration_ms !== undefined);
    ended.sort((a, b) => (b.duration_ms ?? 0) - (a.duration_ms ?? 0));
    return section("Slowest first", ended, options);
  }
  const failed = all.filter((test) => isBad(test.outcome));
  const running = all.filter((test) => test.outcome === "running");
  return [
    ...(failed.length > 0 ? section("Failed", failed, options) : []),
    ...(running.length > 0 ? section("Running now", running, options) : []),
    ...treeRows(tests, options),
  ];
}

function section(label: string, found: TestCase[], { selected }: RowOptions): TestRow[] {
  const count = found.length.toLocaleString("en-US");
  return [
    head(label, count),
    ...found.map(
      (test): TestRow => ({
        type: "case",
        key: `${label} ${test.nodeid}`,
        level: 2,
        depth: 0,
        test,
        whole: true,
        selected: test.nodeid === selected,
      }),
    ),
  ];
}

function treeRows(tests: RunTests, options: RowOptions): TestRow[] {
  const known = tests.cases.size;
  if (known === 0) return [];
  const all = Math.max(options.total, known);
  const done = known.toLocaleString("en-US");
  const rows: TestRow[] = [
    head("All tests", all > known ? `${done} of ${all.toLocaleString("en-US")}` : done),
  ];
  const path = selectedPath(tests, options.selected);
  const small = known <= SMALL;
  const visit = (node: TestNode) => {
    const passedHere = node.children.filter((child) => child.test?.outcome === "passed").length;
    const folds =
      !options.unfolded.has(node.key) && passedHere > SHOWN_PASSED && options.filter === "";
    let shown = 0;
    let hidden = 0;
    for (const child of node.children) {
      if (child.test && child.children.length === 0) {
        const quiet = child.test.outcome === "passed" && child.key !== options.selected;
        if (folds && quiet && ++shown > 3) hidden += 1;
        else rows.push(caseRow(child, child.test, options.selected));
        continue;
      }
      const open =
        options.opened.get(child.key) ??
        (small || path.has(child.key) || child.counts.running > 0 || child.depth === 0);
      rows.push({
        type: "node",
        key: `tree ${child.key}`,
        level: child.depth + 2,
        depth: child.depth,
        node: child,
        expanded: open,
      });
      if (open) visit(child);
    }
    if (hidden > 0) {
      rows.push({
        type: "fold",
        key: `fold ${node.key}`,
        level: node.depth + 3,
        depth: node.depth + 1,
        node,
        hidden,
      });
    }
  };
  visit(tests.root);
  return rows;
}

function caseRow(node: TestNode, test: TestCase, selected: string | null): TestRow {
  return {
    type: "case",
    key: `tree ${node.key}`,
    level: node.depth + 2,
    depth: node.depth,
    test,
    whole: false,
    selected: test.nodeid === selected,
  };
}

function head(label: string, count: string): TestRow {
  return {
    type: "head",
    key: label,
    level: 1,
    height: HEAD_PX,
    heading: true,
    label,
    count,
    ruled: label === "All tests",
  };
}

/** The keys above the selected test case, which stay open. */
function selectedPath(tests: RunTests, selected: string | null): Set<string> {
  const path = new Set<string>();
  const node = selected === null ? undefined : tests.node(selected);
  for (let above = node?.parent; above; above = above.parent) path.add(above.key);
  return path;
}

function fits(test: TestCase, { filter, outcome }: RowOptions): boolean {
  if (filter && !test.nodeid.toLowerCase().includes(filter.toLowerCase())) return false;
  if (!outcome) return true;
  return outcome === "failed" ? isBad(test.outcome) : test.outcome === outcome;
}

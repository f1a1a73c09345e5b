import type { Page, TestCase } from "~/api/types";
import { isBad, splitNodeid } from "./nodeid";

export type Counts = { total: number; bad: number; running: number; passed: number };

/** A directory, file, class or test case of a run, with the counts of all below it. */
export type TestNode = {
  key: string;
  name: string;
  depth: number;
  parent: TestNode | null;
  children: TestNode[];
  test: TestCase | null;
  counts: Counts;
};

type FetchPage = (cursor: string | null, signal?: AbortSignal) => Promise<Page<TestCase>>;

/** Listeners are told at most this often: a fast run reports hundreds of test cases in a second. */
const BREATH_MS = 60;

/** The test cases of one run, grown by the stream and filled by the list; counts are kept as they change. */
export class RunTests {
  readonly cases = new Map<string, TestCase>();
  readonly root = newNode("", "", -1, null);
  readonly #nodes = new Map<string, TestNode>();
  readonly #told = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  readonly #fetch: FetchPage;
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(fetch: FetchPage) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  /** Takes what the stream told. */
  hear(tests: readonly TestCase[]): void {
    const now = Date.now();
    for (const test of tests) {
      this.#told.set(test.nodeid, now);
      this.#put(test);
    }
    if (tests.length > 0) this.#changed();
  }

  /** Fetches all of them. What the stream told since is newer than the answer. */
  async load(signal?: AbortSignal): Promise<number> {
    const since = Date.now();
    let cursor: string | null = null;
    do {
      const page: Page<TestCase> = await this.#fetch(cursor, signal);
      for (const test of page.items) {
        if ((this.#told.get(test.nodeid) ?? 0) < since) this.#put(test);
      }
      this.#changed();
      cursor = page.next_cursor ?? null;
    } while (cursor && !signal?.aborted);
    return this.cases.size;
  }

  /** Takes what the service says of failures; the stream says nothing of it. */
  label(failures: readonly TestCase[]): void {
    for (const { nodeid, label, why } of failures) {
      const test = this.cases.get(nodeid);
      if (test && label && isBad(test.outcome)) this.#put({ ...test, label, why });
    }
    if (failures.length > 0) this.#changed();
  }

  /** The node of a test case, or undefined. */
  node(nodeid: string): TestNode | undefined {
    return this.#nodes.get(nodeid);
  }

  #put(told: TestCase): void {
    let test = told;
    const before = this.cases.get(test.nodeid);
    if (before?.label && !test.label && before.outcome === test.outcome) {
      test = { ...test, label: before.label, why: before.why };
    }
    this.cases.set(test.nodeid, test);
    const node = this.#nodes.get(test.nodeid) ?? this.#grow(test.nodeid);
    node.test = test;
    count(node, before, -1);
    count(node, test, 1);
  }

  #grow(nodeid: string): TestNode {
    let parent = this.root;
    for (const { key, name } of splitNodeid(nodeid)) {
      let node = this.#nodes.get(key);
      if (!node) {
        node = newNode(key, name, parent.depth + 1, parent);
        parent.children.push(node);
        this.#nodes.set(key, node);
      }
      parent = node;
    }
    return parent;
  }

  #changed(): void {
    this.#version += 1;
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const listener of this.#listeners) listener();
    }, BREATH_MS);
  }
}

function newNode(key: string, name: string, depth: number, parent: TestNode | null): TestNode {
  const counts = { total: 0, bad: 0, running: 0, passed: 0 };
  return { key, name, depth, parent, children: [], test: null, counts };
}

/** Adds a test case to (or takes it from) the counts of its node and all above. */
function count(from: TestNode, test: TestCase | undefined, by: 1 | -1): void {
  if (!test) return;
  for (let node: TestNode | null = from; node; node = node.parent) {
    node.counts.total += by;
    if (isBad(test.outcome)) node.counts.bad += by;
    if (test.outcome === "running") node.counts.running += by;
    if (test.outcome === "passed" || test.outcome === "xpassed") node.counts.passed += by;
  }
}

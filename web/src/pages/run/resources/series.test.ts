import { describe, expect, it } from "vitest";
import { aTest } from "~/testing/samples";
import { columnsOf, growthOf, inOneSentence, spansOf, testsAt } from "./series";

const START = Date.parse("2026-03-09T12:00:00.000Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const sample = (seconds: number, cpu_ms: number, memory_bytes: number) => ({
  at: at(seconds),
  cpu_ms,
  memory_bytes,
  processes: 1,
  read_bytes: 0,
  written_bytes: 0,
});
const test = (nodeid: string, from: number, ms: number | null) =>
  aTest({ nodeid, started_at: at(from), duration_ms: ms });

describe("the series of a run", () => {
  it("tells the processor as a share of one core since the sample before", () => {
    const columns = columnsOf(
      [sample(1, 500, 10), sample(2, 2500, 30), sample(2, 2500, 20)],
      START,
    );
    expect(columns.cpu).toEqual([50, 200, null]);
    expect(columns.at[0]).toBe(1);
    expect(columns.at[2]).toBeGreaterThan(columns.at[1] ?? 9);
    expect(inOneSentence({ ...columns, memory: [2 ** 20, 3 * 2 ** 20, 0] })).toBe(
      "Memory was at most 3 MiB, after 2 s; the processor at most 200 % of one core, after 2 s.",
    );
  });

  it("puts tests that ran at once below each other", () => {
    const tests = [test("b", 1, 2000), test("a", 0, 1000), test("c", 2, null), aTest()];
    const spans = spansOf(tests, START, START + 5000);
    expect(spans.map(({ test: { nodeid }, from, to, lane }) => [nodeid, from, to, lane])).toEqual([
      ["a", 0, 1, 0],
      ["b", 1, 3, 0],
      ["c", 2, 5, 1],
    ]);
    expect(testsAt(spans, 2.5, 0).map(({ nodeid }) => nodeid)).toEqual(["b", "c"]);
    expect(testsAt(spans, 9, 0)).toEqual([]);
  });

  it("knows what a test has kept", () => {
    const memory = { before_bytes: 5, peak_bytes: 30, after_bytes: 12 };
    expect(growthOf(aTest({ memory }))).toBe(7);
    expect(growthOf(aTest())).toBe(0);
  });
});

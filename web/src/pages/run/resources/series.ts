import type { TestCase, UsageSeries } from "~/api/types";
import { inWords } from "~/model/time";

type Sample = UsageSeries["items"][number];

/** Columns of a chart: seconds since the start of the run, share of one core in percent, bytes. */
export type Columns = { at: number[]; cpu: (number | null)[]; memory: number[] };

/** A test on the time axis, in seconds since the start of the run. */
export type Span = { test: TestCase; from: number; to: number; lane: number };

/** Lanes that are drawn; more tests at once share the last one. */
export const LANES = 6;

/** What the samples say, each share of a core from the sample before. */
export function columnsOf(samples: readonly Sample[], start: number): Columns {
  const at: number[] = [];
  const cpu: (number | null)[] = [];
  const memory: number[] = [];
  let before = { at: start, cpu: 0 };
  for (const sample of samples) {
    const now = { at: Date.parse(sample.at), cpu: sample.cpu_ms };
    const took = now.at - before.at;
    // A clock that was set back says nothing.
    cpu.push(took > 0 ? (Math.max(0, now.cpu - before.cpu) / took) * 100 : null);
    at.push(Math.max((now.at - start) / 1000, (at.at(-1) ?? 0) + 0.001));
    memory.push(sample.memory_bytes);
    before = now;
  }
  return { at, cpu, memory };
}

/** The tests where they ran, those that ran at once below each other; a running one reaches to `now`. */
export function spansOf(tests: Iterable<TestCase>, start: number, now: number): Span[] {
  const spans: Span[] = [];
  const ends: number[] = [];
  const started = [...tests].filter((test) => test.started_at);
  started.sort((a, b) => (a.started_at ?? "").localeCompare(b.started_at ?? ""));
  for (const test of started) {
    const from = (Date.parse(test.started_at ?? "") - start) / 1000;
    const open = test.duration_ms === null || test.duration_ms === undefined;
    const to = open ? Math.max(from, (now - start) / 1000) : from + (test.duration_ms ?? 0) / 1000;
    let lane = ends.findIndex((end) => end <= from + 0.001);
    if (lane < 0) lane = Math.min(ends.length, LANES - 1);
    ends[lane] = Math.max(ends[lane] ?? 0, to);
    spans.push({ test, from, to, lane });
  }
  return spans;
}

/** The tests that ran at a time: the shortest first, because it is the hardest to hit. */
export function testsAt(spans: readonly Span[], seconds: number, reach: number): TestCase[] {
  return spans
    .filter(({ from, to }) => from - reach <= seconds && seconds <= to + reach)
    .toSorted(
      (a, b) => distance(a, seconds) - distance(b, seconds) || a.to - a.from - (b.to - b.from),
    )
    .map(({ test }) => test);
}

function distance({ from, to }: Span, seconds: number): number {
  return Math.max(0, from - seconds, seconds - to);
}

/** How much more memory there was after a test than before it, and at most during it. */
export function growthOf({ memory }: TestCase): number {
  return memory ? memory.after_bytes - memory.before_bytes : 0;
}

export function reachOf({ memory }: TestCase): number {
  return memory ? memory.peak_bytes - memory.before_bytes : 0;
}

/** The chart in one sentence. */
export function inOneSentence({ at, cpu, memory }: Columns): string {
  const most = (values: readonly (number | null)[]) =>
    values.reduce<number>(
      (best, value, index) => ((value ?? 0) > (values[best] ?? 0) ? index : best),
      0,
    );
  const [hungry, busy] = [most(memory), most(cpu)];
  const mib = Math.round((memory[hungry] ?? 0) / 2 ** 20);
  const share = Math.round(cpu[busy] ?? 0);
  return (
    `Memory was at most ${mib} MiB, after ${inWords((at[hungry] ?? 0) * 1000)}; ` +
    `the processor at most ${share} % of one core, after ${inWords((at[busy] ?? 0) * 1000)}.`
  );
}

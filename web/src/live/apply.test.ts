import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { aRun, aRunDetail } from "~/testing/samples";
import { applyEvents, overRuns, patchPages } from "./apply";

const pages = (...lists: number[][]) => ({
  pages: lists.map((ids, index) => ({
    items: ids.map((id) => aRun({ id, state: "running" })),
    next_cursor: index === lists.length - 1 ? null : "more",
  })),
  pageParams: lists.map(() => null),
});
const ids = (data: ReturnType<typeof pages>) =>
  data.pages.map((page) => page.items.map((run) => run.id));
const told = (...runs: ReturnType<typeof aRun>[]) => new Map(runs.map((run) => [run.id, run]));

describe("a list of runs", () => {
  it("puts a new run where its number belongs", () => {
    const { patched } = patchPages(
      pages([9, 7], [5, 3]),
      {},
      told(aRun({ id: 10 }), aRun({ id: 6 })),
    );
    expect(ids(patched as ReturnType<typeof pages>)).toEqual([
      [10, 9, 7],
      [6, 5, 3],
    ]);
  });

  it("leaves out a run that no longer belongs, and keeps what did not change", () => {
    const before = pages([9, 7], [5]);
    const ended = aRun({ id: 7, state: "finished", outcome: "passed" });
    const { patched } = patchPages(before, { state: "running" }, told(ended));
    expect(ids(patched as ReturnType<typeof pages>)).toEqual([[9], [5]]);
    expect(patched.pages[1]).toBe(before.pages[1]);
  });

  it("leaves a new run out that another page holds, which is not here yet", () => {
    const before = {
      ...pages([9, 7]),
      pages: [{ ...pages([9, 7]).pages[0], next_cursor: "more" }],
    };
    const { patched } = patchPages(before as never, {}, told(aRun({ id: 1 })));
    expect(patched).toBe(before);
  });

  it("asks the server where only it can tell", () => {
    const { patched, unclear } = patchPages(pages([9]), { q: "refund" }, told(aRun({ id: 10 })));
    expect(unclear).toBe(true);
    expect(ids(patched as ReturnType<typeof pages>)).toEqual([[9]]);
  });

  it("belongs to its filters: environments in ranges, who asked, how it ended", () => {
    const run = aRun({ id: 10, state: "finished", outcome: "failed", requester: "mia" });
    const with_ = (filters: Parameters<typeof patchPages>[1]) =>
      ids(patchPages(pages([9]), filters, told(run)).patched as ReturnType<typeof pages>)[0];
    expect(with_({ environment: "1-20" })).toEqual([10, 9]);
    expect(with_({ environment: "1-11,13" })).toEqual([9]);
    expect(with_({ requester: "ann" })).toEqual([9]);
    expect(with_({ outcome: "failed,error" })).toEqual([10, 9]);
  });
});

describe("what the stream tells", () => {
  let cache: QueryClient;
  beforeEach(() => {
    cache = new QueryClient();
  });

  it("is merged into the whole run, of which it is a part", () => {
    cache.setQueryData(["run", 7], aRunDetail({ id: 7, state: "running", command: ["pytest"] }));
    applyEvents(cache, [{ type: "run", data: aRun({ id: 7, state: "running", note: "new" }) }]);
    expect(cache.getQueryData(["run", 7])).toMatchObject({ note: "new", command: ["pytest"] });
  });

  it("never takes a complete log for one that grows", () => {
    const log = { lines: 5, bytes: 50, complete: true };
    cache.setQueryData(["run", 7], aRunDetail({ id: 7, log }));
    applyEvents(cache, [{ type: "log", data: { run_id: 7, ...log, complete: false } }]);
    expect(cache.getQueryData(["run", 7])).toMatchObject({ log });
  });

  it("is laid over an answer that was asked for before", () => {
    const asked = Date.now() - 10;
    applyEvents(cache, [{ type: "run", data: aRun({ id: 7, state: "running" }) }]);
    const old = aRun({ id: 7, state: "queued" });
    expect(overRuns([old], asked)[0]?.state).toBe("running");
    expect(overRuns([old], Date.now() + 10)[0]?.state).toBe("queued");
  });
});

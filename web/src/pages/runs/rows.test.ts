import { describe, expect, it } from "vitest";
import { aRun } from "~/testing/samples";
import { groupRows, holdRows, type Row } from "./rows";

const names = (rows: readonly Row[]) =>
  rows.map((row) => (row.type === "group" ? `${row.label} ${row.count}` : row.run.id));
const source = (...runs: ReturnType<typeof aRun>[]) => ({ runs, more: false });

const running = aRun({ id: 5, state: "running" });
const finished = aRun({ id: 1, state: "finished", outcome: "passed" });

describe("the order of the runs", () => {
  it("puts what runs first, then what waits, soonest first, then what has ended", () => {
    const third = aRun({ id: 6, state: "queued", position: 3 });
    const next = aRun({ id: 7, state: "queued", position: 1 });
    expect(names(groupRows(source(third, next, running), source(finished)))).toEqual([
      "Running 1",
      5,
      "Queued 2",
      7,
      6,
      "Finished 1",
      1,
    ]);
  });

  it("says that there are more than it counted", () => {
    expect(names(groupRows(null, { runs: [finished], more: true }))).toEqual(["Finished 1+", 1]);
  });
});

describe("rows that are held", () => {
  const before = groupRows(source(running), source(finished));

  it("change in place, also when the run has ended meanwhile", () => {
    const ended = { ...running, state: "finished" as const, outcome: "failed" as const };
    const { rows, fresh } = holdRows(before, groupRows(source(), source(ended, finished)));
    expect(names(rows)).toEqual(["Running 1", 5, "Finished 2", 1]);
    expect(rows[1]?.type === "run" && rows[1].run.outcome).toBe("failed");
    expect(fresh).toBe(0);
  });

  it("count new runs and do not show them", () => {
    const { rows, fresh } = holdRows(
      before,
      groupRows(source(aRun({ id: 9, state: "running" }), running), source(finished)),
    );
    expect(names(rows)).toEqual(["Running 2", 5, "Finished 1", 1]);
    expect(fresh).toBe(1);
  });

  it("let older runs be added below", () => {
    const older = aRun({ id: 0, state: "finished", outcome: "passed" });
    const { rows, fresh } = holdRows(before, groupRows(source(running), source(finished, older)));
    expect(names(rows)).toEqual(["Running 1", 5, "Finished 2", 1, 0]);
    expect(fresh).toBe(0);
  });
});

import type { Run } from "~/api/types";

/** A line of the table: the head of a group, or a run. */
export type Row =
  | { type: "group"; key: string; label: string; count: string }
  | { type: "run"; key: string; run: Run };

type Source = { runs: readonly Run[]; more: boolean };

/** What is on now comes first, then what waits (soonest first), then what has ended. */
export function groupRows(active: Source | null, finished: Source | null): Row[] {
  const running = active?.runs.filter((run) => run.state === "running") ?? [];
  const queued = (active?.runs.filter((run) => run.state === "queued") ?? []).toSorted(
    (a, b) => (a.position ?? 1e9) - (b.position ?? 1e9) || a.id - b.id,
  );
  return [
    ...group("Running", running, active?.more ?? false),
    ...group("Queued", queued, active?.more ?? false),
    ...group("Finished", finished?.runs ?? [], finished?.more ?? false),
  ];
}

export function flatRows(all: Source): Row[] {
  return all.runs.map(toRow);
}

/**
 * Rows that stay at their places while somebody reads or points at them. Runs change in place;
 * older ones are added below as they are fetched; new ones are only counted.
 */
export function holdRows(
  held: readonly Row[],
  now: readonly Row[],
): { rows: Row[]; fresh: number } {
  if (!held.some((row) => row.type === "run")) return { rows: [...now], fresh: 0 };
  const known = new Set(held.map((row) => row.key));
  const current = new Map(now.map((row) => [row.key, row]));
  const rows = held.map((row) => current.get(row.key) ?? row);
  const lastKnown = now.findLastIndex((row) => row.type === "run" && known.has(row.key));
  const added = now.slice(lastKnown + 1).filter((row) => !known.has(row.key));
  const fresh = now
    .slice(0, lastKnown + 1)
    .filter((row) => row.type === "run" && !known.has(row.key)).length;
  return { rows: [...rows, ...added], fresh };
}

function group(label: string, runs: readonly Run[], more: boolean): Row[] {
  if (runs.length === 0) return [];
  const count = `${runs.length.toLocaleString("en-US")}${more ? "+" : ""}`;
  return [{ type: "group", key: label, label, count }, ...runs.map(toRow)];
}

/** A run has one row as long as it is the same, so that a change of one costs nothing for the others. */
const made = new WeakMap<Run, Row>();

function toRow(run: Run): Row {
  const known = made.get(run);
  if (known) return known;
  const row: Row = { type: "run", key: `run-${run.id}`, run };
  made.set(run, row);
  return row;
}

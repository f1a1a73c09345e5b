import { cancelRun, rerunRun } from "~/api/actions";
import { type ApiProblem, toProblem } from "~/api/problem";
import type { Run } from "~/api/types";
import { count } from "~/model/words";

export type Bulk = "rerun" | "cancel";

/** A run that was not changed, and why. */
export type Refused = { run: Run; problem: ApiProblem };
export type BulkResult = { done: number; refused: Refused[] };

/** Requests at a time: more would wait in the browser and keep the page's own from being sent. */
const AT_ONCE = 4;

/** Does it for each run, and tells of each that was refused. */
export async function doForEach(
  what: Bulk,
  runs: readonly Run[],
  user: string,
): Promise<BulkResult> {
  const waiting = [...runs];
  const refused: Refused[] = [];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      try {
        if (what === "rerun") await rerunRun(run.id, "all", user);
        else await cancelRun(run.id, user);
      } catch (cause) {
        refused.push({ run, problem: toProblem(cause) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  refused.sort((a, b) => a.run.id - b.run.id);
  return { done: runs.length - refused.length, refused };
}

/** `2 runs asked to stop`. */
export function doneInWords(what: Bulk, done: number): string {
  return `${count(done, "run")} ${what === "rerun" ? "queued again" : "asked to stop"}`;
}

/** What is about to be done, and to whom. */
export function askInWords(what: Bulk, runs: readonly Run[], user: string): string {
  const others = [...new Set(runs.map((run) => run.requester))].filter((name) => name !== user);
  if (what === "rerun") {
    return "Each is queued once more, in its environment, with what was asked for then.";
  }
  const whose = others.length > 0 ? ` Asked for by ${inList(others)}.` : "";
  return `Tests that run now are ended.${whose}`;
}

function inList(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${count(more, "other")}`;
  return shown.length > 1
    ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`
    : (shown[0] ?? "");
}

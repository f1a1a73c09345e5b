import type { Environment } from "~/api/types";

/** How much is going on: runs that run and runs that wait, over all environments. */
export function loadOf(environments: readonly Environment[]): { running: number; queued: number } {
  let running = 0;
  let queued = 0;
  for (const environment of environments) {
    if (environment.state === "busy") running += 1;
    queued += environment.queue.length;
  }
  return { running, queued };
}

/** The environment's state in a few words: "busy, 2 waiting", "reserved by omar". */
export function stateInWords({ state, holder, maintenance, queue }: Environment): string {
  const who = state === "reserved" && holder?.person ? `reserved by ${holder.person}` : state;
  const what = state === "maintenance" && maintenance ? `maintenance: ${maintenance}` : who;
  return queue.length > 0 ? `${what}, ${queue.length} waiting` : what;
}

/** True when a run that takes any environment with these labels may take this one. */
export function hasLabels({ labels }: Environment, wanted: readonly string[]): boolean {
  return wanted.every((label) => labels.includes(label));
}

/** True when a run that takes any could start here now. */
export function isFree({ state, queue }: Environment): boolean {
  return state === "free" && queue.length === 0;
}

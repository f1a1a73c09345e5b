import type { Outcome, Progress, Run, TestOutcome } from "~/api/types";
import { moment } from "./time";

/** Where a run is, or how it ended: what one icon, word and colour say. */
export type Status = "queued" | "running" | Outcome;

export function statusOf(run: Pick<Run, "state" | "outcome">): Status {
  if (run.state === "finished") return run.outcome ?? "error";
  return run.state;
}

/** True from the wish that a run ends until it has ended. */
export function isCancelling(run: Pick<Run, "state" | "cancel">): boolean {
  return run.cancel !== null && run.state !== "finished";
}

export const STATUS_WORDS: Record<Status, string> = {
  queued: "Queued",
  running: "Running",
  passed: "Passed",
  failed: "Failed",
  error: "Error",
  no_tests: "No tests",
  timed_out: "Timed out",
  cancelled: "Cancelled",
  lost: "Lost",
};

export const TEST_WORDS: Record<TestOutcome, string> = {
  running: "running",
  passed: "passed",
  failed: "failed",
  error: "error",
  skipped: "skipped",
  xfailed: "expected failure",
  xpassed: "unexpected pass",
  lost: "lost",
};

/** How many test cases have ended. */
export function doneOf(progress: Progress): number {
  const { passed, failed, error, skipped, xfailed, xpassed } = progress;
  return passed + failed + error + skipped + xfailed + xpassed;
}

/** How many test cases ended badly. */
export function badOf(progress: Progress): number {
  return progress.failed + progress.error;
}

/** The share of test cases that have ended, 0 to 1, or null while nobody knows how many there are. */
export function shareOf(progress: Progress): number | null {
  if (progress.collected <= 0) return null;
  return Math.min(1, doneOf(progress) / progress.collected);
}

/** What a run is called where one line must say it: its template or its first target. */
export function titleOf(run: Pick<Run, "template" | "targets" | "plans" | "id">): string {
  if (run.template) return run.template;
  const [first] = run.targets;
  if (first !== undefined) return first === "" || first === "." ? "All tests" : asPath(first);
  const [plan] = run.plans;
  return plan === undefined ? `Run ${run.id}` : `Plan ${plan}`;
}

/** True when the title is a name and no path. */
export function hasName(run: Pick<Run, "template" | "targets">): boolean {
  const [first] = run.targets;
  return run.template !== null || first === undefined || first === "" || first === ".";
}

/** A target as it is written for people: directories end in a slash. */
export function asPath(target: string): string {
  const bare = kindOfTarget(target) === "directory" && !target.endsWith("/");
  return bare ? `${target}/` : target;
}

/**
 * What a queued run waits for in the few words of a row: the environment stands beside them, and times are those of the
 * reader's clock.
 */
export function waitingShort(run: Pick<Run, "waits_for">, now: number): string {
  const words = run.waits_for ?? "";
  const reserved = RESERVED.exec(words);
  if (reserved) {
    const [, person, day, time] = reserved;
    return `reserved by ${person} to ${moment(`${day}T${time}Z`, now)}`;
  }
  const any = ANY.exec(words);
  if (any) return any[1] ?? (any[2] ? `when one is free: ${any[2]}` : "when one is free");
  return words
    .replace(/^environment \d+ to leave maintenance/, "maintenance")
    .replace(/^a free slot\b.*/, "when a slot is free")
    .replace(/^a worker: none is alive.*/, "no worker is alive");
}

const RESERVED = /^environment \d+, reserved by (.+?) until (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/;
const ANY = /^a free environment[^:;]*(?:: (none has .*)|: (.*)|;.*)?$/;

/** What a queued run waits for, as a sentence. */
export function waitingFor(run: Pick<Run, "waits_for">): string {
  return run.waits_for ? `Waits for ${run.waits_for}.` : "The run waits for its turn.";
}

/** What a target names, judged by its form. */
export function kindOfTarget(target: string): "case" | "file" | "directory" {
  if (target.includes("::")) return "case";
  return /\.py$/.test(target) ? "file" : "directory";
}

/** Where a run is executed, or that any environment will do. */
export function environmentOf(run: Pick<Run, "environment" | "environment_any">): string {
  if (run.environment) return `${run.environment.id} ${run.environment.name}`;
  return anyOf(run.environment_any ?? {});
}

/** `any with gpu, eu`, as it is asked for. */
export function anyOf({ labels = [] }: { labels?: readonly string[] }): string {
  return labels.length > 0 ? `any with ${labels.join(", ")}` : "any";
}

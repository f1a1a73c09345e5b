import type { HistoryItem, Label, TestOutcome } from "~/api/types";

export const LABEL_WORDS: Record<Label, string> = {
  new: "New failure",
  known_failing: "Known failing",
  flaky: "Flaky",
  environment: "Environment",
  passing: "Passing",
};

/** Whether the file of a result had other bytes than that of the result before it; null when nobody knows. */
export function fileChanged(
  result: Pick<HistoryItem, "sha256">,
  before: Pick<HistoryItem, "sha256"> | undefined,
): boolean | null {
  if (!before?.sha256 || !result.sha256) return null;
  return before.sha256 !== result.sha256;
}

/** How many results there are of each outcome, the most frequent first. */
export function countOutcomes(results: readonly Pick<HistoryItem, "outcome">[]) {
  const counts = new Map<TestOutcome, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** A share as people say it: `0 %`, `< 1 %`, `12 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

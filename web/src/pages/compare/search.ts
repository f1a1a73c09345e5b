import type { Change } from "~/api/types";

export const CHANGES = [
  "newly_failing",
  "still_failing",
  "missing",
  "fixed",
  "slower",
  "same",
] as const satisfies readonly Change[];

export const CHANGE_WORDS: Record<Change, string> = {
  newly_failing: "Newly failing",
  still_failing: "Still failing",
  missing: "Missing",
  fixed: "Fixed",
  slower: "Slower",
  same: "Same",
};

/** As many as the service compares. */
export const MOST_RUNS = 4;

/** What is compared and what of it is shown, as it stands in the address. */
export type CompareSearch = {
  /** Numbers with commas; changes are from the first to the last. */
  runs?: string;
  /** Only this change. */
  change?: Change;
  /** Only test cases with this in their names. */
  q?: string;
  /** Groups that are the other way than at first: all but "same" are open. */
  turned?: string;
};

/** Reads the address; what it does not know is left out. */
export function readCompareSearch(raw: Record<string, unknown>): CompareSearch {
  const search: CompareSearch = {};
  const runs = numbersOf(raw.runs);
  if (runs.length > 0) search.runs = runs.join(",");
  const change = CHANGES.find((each) => each === raw.change);
  if (change) search.change = change;
  if (typeof raw.q === "string" && raw.q !== "") search.q = raw.q;
  const turned = typeof raw.turned === "string" ? raw.turned.split(",") : [];
  const known = CHANGES.filter((each) => turned.includes(each));
  if (known.length > 0) search.turned = known.join(",");
  return search;
}

/** The different numbers of runs in a text, as many as can be compared. */
export function numbersOf(text: unknown): number[] {
  if (typeof text !== "string") return [];
  const found = text.split(",").map((part) => part.trim());
  const numbers = found.filter((part) => /^\d{1,15}$/.test(part)).map(Number);
  return [...new Set(numbers)].slice(0, MOST_RUNS);
}

/** True when the rows of a change are shown. */
export function isOpen(search: CompareSearch, change: Change): boolean {
  if (search.change) return true;
  const turned = search.turned?.split(",").includes(change) ?? false;
  return (change === "same") === turned;
}

/** The search with one group opened or closed. */
export function turn(search: CompareSearch, change: Change): CompareSearch {
  const turned = new Set(search.turned?.split(",") ?? []);
  if (!turned.delete(change)) turned.add(change);
  const { turned: _, ...rest } = search;
  return turned.size > 0 ? { ...rest, turned: [...turned].join(",") } : rest;
}

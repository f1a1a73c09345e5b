import type { RunFilters } from "~/model/runFilters";
import { startOfDay } from "~/model/time";

/** The filters as they stand in the address and in the search box. */
export type RunsSearch = {
  env?: string;
  user?: string;
  state?: string;
  outcome?: string;
  file?: string;
  template?: string;
  plan?: string;
  created?: string;
  q?: string;
  sort?: "oldest";
};

export const FILTER_KEYS = [
  "env",
  "user",
  "state",
  "outcome",
  "file",
  "template",
  "plan",
  "created",
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/** What each filter takes, told while it is typed. */
export const FILTER_HINTS: Record<FilterKey, string> = {
  env: "number, list or range, 1-40",
  user: "who asked",
  state: "queued, running, finished",
  outcome: "passed, failed, error, …",
  file: "part of a path",
  template: "name",
  plan: "number",
  created: "today, yesterday, 7d, 2026-03-09",
};

export const FILTER_VALUES: Partial<Record<FilterKey, readonly string[]>> = {
  state: ["queued", "running", "finished"],
  outcome: ["passed", "failed", "error", "no_tests", "timed_out", "cancelled", "lost"],
  created: ["today", "yesterday", "7d", "30d"],
};

/** Reads the address; what it does not know is left out. */
export function readSearch(raw: Record<string, unknown>): RunsSearch {
  const search: RunsSearch = {};
  for (const key of [...FILTER_KEYS, "q"] as const) {
    const value = raw[key];
    if (typeof value === "string" && value.trim() !== "") search[key] = value.trim();
  }
  if (raw.sort === "oldest") search.sort = "oldest";
  return search;
}

/** The service's filters for a search. Days are those of the reader's calendar. */
export function toFilters(search: RunsSearch, now: number): RunFilters {
  const filters: RunFilters = {};
  if (search.env) filters.environment = search.env;
  if (search.user) filters.requester = search.user;
  if (search.state) filters.state = search.state;
  if (search.outcome) filters.outcome = search.outcome;
  if (search.file) filters.target = search.file;
  if (search.template) filters.template = search.template;
  if (search.plan && /^\d+$/.test(search.plan)) filters.plan = Number(search.plan);
  if (search.q) filters.q = search.q;
  if (search.sort === "oldest") filters.sort = "id";
  return { ...filters, ...createdBetween(search.created, now) };
}

/** What somebody typed, as filters: `env:12 user:ann refund` is two and a word. */
export function parseTyped(text: string): Partial<Record<FilterKey | "q", string>> {
  const found: Partial<Record<FilterKey | "q", string>> = {};
  const words: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const key = word.slice(0, colon).toLowerCase();
    const value = word.slice(colon + 1);
    if (colon > 0 && isFilterKey(key)) {
      if (value) found[key] = value;
    } else if (word) words.push(word);
  }
  if (words.length > 0) found.q = words.join(" ");
  return found;
}

export function isFilterKey(key: string): key is FilterKey {
  return (FILTER_KEYS as readonly string[]).includes(key);
}

/** True when both filter the same. */
export function sameSearch(a: RunsSearch, b: RunsSearch): boolean {
  return ([...FILTER_KEYS, "q"] as const).every((key) => a[key] === b[key]);
}

export function isFiltered(search: RunsSearch): boolean {
  return !sameSearch(search, {});
}

function createdBetween(created: string | undefined, now: number): RunFilters {
  if (!created) return {};
  if (created === "today") return { created_from: startOfDay(now).toISOString() };
  if (created === "yesterday") {
    return {
      created_from: startOfDay(now, 1).toISOString(),
      created_to: lastMomentBefore(startOfDay(now)),
    };
  }
  const days = /^(\d{1,4})d$/.exec(created)?.[1];
  if (days) return { created_from: startOfDay(now, Number(days)).toISOString() };
  const day = new Date(`${created}T00:00:00`);
  if (Number.isNaN(day.getTime())) return {};
  return {
    created_from: day.toISOString(),
    created_to: lastMomentBefore(startOfDay(day.getTime(), -1)),
  };
}

/** The service takes the end of a range as part of it. */
function lastMomentBefore(date: Date): string {
  return new Date(date.getTime() - 1).toISOString();
}

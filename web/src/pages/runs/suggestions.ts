import type { Environment, Run } from "~/api/types";
import { FILTER_HINTS, FILTER_KEYS, FILTER_VALUES, type FilterKey, isFilterKey } from "./search";

/** A value that a filter may have, and what it stands for. */
export type Known = { value: string; hint: string };
export type KnownValues = Partial<Record<FilterKey, readonly Known[]>>;

export type Suggestion = { value: string; text: string; hint: string };

/** More would be a list to read instead of one to choose from. */
const MOST = 8;
/** Filters that take several values, with commas between. */
const LISTS: readonly string[] = ["env", "state", "outcome"];
/** Enough runs to know who and what there is lately. */
const LOOKED_AT = 500;

/** The values that the page has seen: environments, and what the latest runs were made of. */
export function knownValues(
  runs: readonly Run[],
  environments: readonly Environment[],
  user: string,
): KnownValues {
  const latest = runs.slice(0, LOOKED_AT);
  const distinct = (values: readonly string[]) =>
    [...new Set(values)].map((value) => ({ value, hint: "" }));
  return {
    env: environments.map(({ id, name }) => ({ value: String(id), hint: name })),
    user: distinct([...(user ? [user] : []), ...latest.map((run) => run.requester)]),
    template: distinct(latest.flatMap((run) => run.template ?? [])),
    plan: distinct(latest.flatMap((run) => run.plans.map(String))),
    file: distinct(latest.flatMap((run) => run.targets.filter((target) => target !== ""))),
  };
}

/** The filter that was begun, and what of its value is typed: `outcome:failed,er` is at `er`. */
export function begun(text: string): { key: FilterKey; before: string; typed: string } | null {
  const word = text.trimStart();
  const colon = word.indexOf(":");
  const key = word.slice(0, Math.max(0, colon)).toLowerCase();
  if (colon <= 0 || !isFilterKey(key)) return null;
  const value = word.slice(colon + 1);
  const comma = LISTS.includes(key) ? value.lastIndexOf(",") + 1 : 0;
  return { key, before: value.slice(0, comma), typed: value.slice(comma) };
}

/** What may be meant: a filter's name, or a value of the filter that was begun. */
export function suggest(text: string, known: KnownValues): Suggestion[] {
  const filter = begun(text);
  if (!filter) {
    const word = text.trim().toLowerCase();
    return FILTER_KEYS.filter((name) => name.startsWith(word)).map((name) => ({
      value: `${name}:`,
      text: `${name}:`,
      hint: FILTER_HINTS[name],
    }));
  }
  const { key, before } = filter;
  const typed = filter.typed.toLowerCase();
  const given = (FILTER_VALUES[key] ?? []).map((value) => ({ value, hint: "" }));
  const all = [...given, ...(known[key] ?? [])];
  const fits = ({ value, hint }: Known) =>
    value.toLowerCase().startsWith(typed) || hint.toLowerCase().startsWith(typed);
  const contains = ({ value }: Known) => key === "file" && value.toLowerCase().includes(typed);
  const taken = new Set(before.split(","));
  return all
    .filter((each) => !taken.has(each.value) && each.value !== filter.typed)
    .filter((each) => fits(each) || contains(each))
    .slice(0, MOST)
    .map(({ value, hint }) => {
      const whole = `${key}:${before}${value}`;
      return { value: whole, text: whole, hint };
    });
}

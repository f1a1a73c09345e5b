import type { Change, ComparisonItem } from "~/api/types";
import { CHANGES, type CompareSearch, isOpen } from "./search";

/** A line of the table: the head of a change, or a test case. */
export type CompareRow =
  | { type: "group"; change: Change; count: number; open: boolean }
  | { type: "item"; item: ComparisonItem };

/** How many test cases there are of each change. */
export function countChanges(items: readonly ComparisonItem[]): Record<Change, number> {
  const counts = Object.fromEntries(CHANGES.map((change) => [change, 0])) as Record<Change, number>;
  for (const { change } of items) counts[change] += 1;
  return counts;
}

/** The test cases whose names hold every word. */
export function named(items: readonly ComparisonItem[], q: string | undefined): ComparisonItem[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  return items.filter(({ nodeid }) => {
    const name = nodeid.toLowerCase();
    return words.every((word) => name.includes(word));
  });
}

/** The lines: each change that has test cases, with them below it where it is open. */
export function rowsOf(items: readonly ComparisonItem[], search: CompareSearch): CompareRow[] {
  const byChange = groups(items);
  return CHANGES.flatMap((change): CompareRow[] => {
    const found = byChange.get(change) ?? [];
    if (found.length === 0 || (search.change && search.change !== change)) return [];
    const open = isOpen(search, change);
    return [
      { type: "group", change, count: found.length, open },
      ...(open ? found.map((item): CompareRow => ({ type: "item", item })) : []),
    ];
  });
}

function groups(items: readonly ComparisonItem[]): Map<Change, ComparisonItem[]> {
  const found = new Map<Change, ComparisonItem[]>();
  for (const item of items) {
    const group = found.get(item.change);
    if (group) group.push(item);
    else found.set(item.change, [item]);
  }
  return found;
}

import { useQueries } from "@tanstack/react-query";
import { casesQuery } from "~/api/queries";
import type { Cases } from "~/api/types";
import { kindOf } from "~/catalog/rows";

/** Each file is collected by a worker: more than this many are not worth a number. */
const MOST_FILES = 12;

/** How many test cases these targets are, where that can be known: not below whole directories. */
export function useTestCount(targets: readonly string[]): number | null {
  const files = targets.filter((target) => kindOf(target) === "file");
  const singles = targets.filter((target) => kindOf(target) === "case");
  const knowable =
    targets.length > 0 &&
    files.length <= MOST_FILES &&
    files.length + singles.length === targets.length;
  const counts = useQueries({
    queries: (knowable ? files : []).map((file) => ({ ...casesQuery(file), retry: false })),
    combine: (results) => results.map(({ data }) => (data as Cases | undefined)?.items.length),
  });
  if (!knowable) return null;
  let all = singles.length;
  for (const count of counts) {
    if (count === undefined) return null;
    all += count;
  }
  return all;
}

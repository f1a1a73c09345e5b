import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { toProblem } from "~/api/problem";
import { casesQuery, directoryQuery, fileSearchQuery } from "~/api/queries";
import type { Cases, Tree } from "~/api/types";
import { type Entry, type Inside, kindOf, nameOf } from "./rows";

/** The tree of tests as far as it was opened: levels of directories, and the test cases of files. */
export function useTestTree(open: ReadonlySet<string>) {
  const directories = useMemo(
    () => ["", ...[...open].filter((key) => key !== "" && kindOf(key) === "directory")],
    [open],
  );
  const files = useMemo(() => [...open].filter((key) => kindOf(key) === "file"), [open]);
  const levels = useQueries({ queries: directories.map(directoryQuery), combine: settle<Tree> });
  const cases = useQueries({ queries: files.map(casesQuery), combine: settle<Cases> });

  return useMemo(() => {
    const insides = new Map<string, Inside>();
    for (const [index, key] of directories.entries()) {
      insides.set(key, insideOf(levels[index], directoryEntries, "Empty directory"));
    }
    for (const [index, key] of files.entries()) {
      const answer = cases[index];
      const inside = insideOf(answer, caseEntries, "No tests in this file");
      const error = answer?.data?.error;
      insides.set(key, error ? { entries: inside.entries, note: error, bad: true } : inside);
    }
    const root = levels[0];
    return {
      inside: (key: string) => insides.get(key) ?? null,
      childrenOf: (key: string) => insides.get(key)?.entries.map((entry) => entry.key) ?? [],
      loading: root?.pending ?? true,
      error: root?.error ?? null,
    };
  }, [directories, files, levels, cases]);
}

/** The files whose names contain the text; null while nothing is searched. */
export function useFileSearch(text: string) {
  const q = text.trim();
  const { data, isFetching, error } = useQuery({
    ...fileSearchQuery(q),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  return {
    found: q && data ? foundTargets(data) : null,
    more: q !== "" && (data?.more ?? false),
    searching: isFetching,
    error: q ? error : null,
  };
}

/** Test files, and directories by whose name something was found. */
function foundTargets(tree: Tree): string[] {
  const files = tree.files.map((file) => file.path).filter((path) => kindOf(path) === "file");
  return [...tree.directories.map((directory) => directory.path), ...files];
}

type Settled<T> = { data: T | undefined; pending: boolean; error: Error | null };

function settle<T>(
  results: { data?: T | undefined; isPending: boolean; error: Error | null }[],
): Settled<T>[] {
  return results.map(({ data, isPending, error }) => ({ data, pending: isPending, error }));
}

function insideOf<T>(
  answer: Settled<T> | undefined,
  entriesOf: (data: T) => Entry[],
  empty: string,
): Inside {
  if (answer?.data) {
    const entries = entriesOf(answer.data);
    return { entries, note: entries.length === 0 ? empty : null, bad: false };
  }
  if (answer?.error) return { entries: [], note: toProblem(answer.error).message, bad: true };
  return { entries: [], note: "Loading", bad: false };
}

function directoryEntries(tree: Tree): Entry[] {
  return [
    ...tree.directories.map(({ path, name }): Entry => ({ key: path, name, kind: "directory" })),
    ...tree.files
      .filter(({ path }) => kindOf(path) === "file")
      .map(({ path, name }): Entry => ({ key: path, name, kind: "file" })),
  ];
}

function caseEntries(cases: Cases): Entry[] {
  return cases.items.map(({ nodeid }) => ({ key: nodeid, name: nameOf(nodeid), kind: "case" }));
}

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { toProblem } from "~/api/problem";
import { casesQuery, directoryQuery, fileSearchQuery } from "~/api/queries";
import type { Cases, Tree } from "~/api/types";
import { type Entry, type Inside, kindOf, nameOf } from "./rows";

/** Which files a tree shows: those with tests, or data files too. */
export type Shown = "tests" | "everything";

/** The tree of tests as far as it was opened: levels of directories, and the test cases of files. */
export function useTestTree(open: ReadonlySet<string>, shown: Shown = "tests") {
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
      insides.set(
        key,
        // Of the tests root itself the page tells in its own words.
        key === ""
          ? { entries: rootEntries(levels[index]?.data, shown), note: null, bad: false }
          : insideOf(levels[index], (tree) => directoryEntries(tree, shown), "Empty directory"),
      );
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
  }, [directories, files, levels, cases, shown]);
}

/** The files whose names contain the text; null while nothing is searched. */
export function useFileSearch(text: string, shown: Shown = "tests") {
  const q = text.trim();
  const { data, isFetching, error } = useQuery({
    ...fileSearchQuery(q),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const found = useMemo(() => (q && data ? foundTargets(data, shown) : null), [q, data, shown]);
  const dataFiles = useMemo(
    () => new Set(data?.files.map(({ path }) => path).filter((path) => kindOf(path) !== "file")),
    [data],
  );
  return {
    found,
    isData: (key: string) => dataFiles.has(key),
    more: q !== "" && (data?.more ?? false),
    searching: isFetching,
    error: q ? error : null,
  };
}

/** Files, and directories by whose name something was found. */
function foundTargets(tree: Tree, shown: Shown): string[] {
  const files = tree.files
    .map((file) => file.path)
    .filter((path) => shown === "everything" || kindOf(path) === "file");
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

/** Entries by the answer they come from: an answer stays the same as long as nothing in it changes. */
const known = { tests: new WeakMap<Tree, Entry[]>(), everything: new WeakMap<Tree, Entry[]>() };

function rootEntries(tree: Tree | undefined, shown: Shown): Entry[] {
  return tree ? directoryEntries(tree, shown) : [];
}

function directoryEntries(tree: Tree, shown: Shown): Entry[] {
  const before = known[shown].get(tree);
  if (before) return before;
  const files = tree.files.map(({ path, name, size }): Entry => {
    const kind = kindOf(path) === "file" ? "file" : "data";
    return { key: path, name, kind, size };
  });
  const entries = [
    ...tree.directories.map(({ path, name }): Entry => ({ key: path, name, kind: "directory" })),
    ...files.filter(({ kind }) => shown === "everything" || kind === "file"),
  ];
  known[shown].set(tree, entries);
  return entries;
}

function caseEntries(cases: Cases): Entry[] {
  return cases.items.map(({ nodeid }) => ({ key: nodeid, name: nameOf(nodeid), kind: "case" }));
}

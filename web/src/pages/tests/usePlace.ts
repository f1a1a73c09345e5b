import { useQuery } from "@tanstack/react-query";
import { directoryQuery } from "~/api/queries";
import type { Tree } from "~/api/types";
import { kindOf } from "~/catalog/rows";
import { parentOf } from "~/catalog/selection";

/** What the page shows: a directory, or a file with perhaps one of its test cases. */
export type Place = {
  path: string;
  kind: "directory" | "file" | "missing" | "loading";
  /** The file, without the test case. */
  file: string;
  facts: Tree["files"][number] | null;
  error: Error | null;
};

/** Finds out what a path names: its directory knows. */
export function usePlace(path: string): Place {
  const file = kindOf(path) === "case" ? (parentOf(path) ?? "") : path;
  const parent = parentOf(file);
  const { data, error } = useQuery({ ...directoryQuery(parent ?? ""), enabled: parent !== null });
  const place = { path, file, facts: null, error };
  if (parent === null) return { ...place, kind: "directory" };
  if (!data) return { ...place, kind: error ? "missing" : "loading" };
  const facts = data.files.find((each) => each.path === file) ?? null;
  if (facts) return { ...place, kind: "file", facts };
  const there = data.directories.some((each) => each.path === file);
  return { ...place, kind: there ? "directory" : "missing" };
}

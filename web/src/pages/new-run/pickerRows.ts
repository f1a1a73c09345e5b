import type { TreeRow } from "~/tree/VirtualTree";
import { above, checkOf, partly, type Selection } from "./selection";

export type Kind = "directory" | "file" | "case";

/** A line of the tree of tests: something that can be selected, or a word about what is below. */
export type PickerRow = TreeRow & {
  kind: Kind | "note";
  name: string;
  depth: number;
  /** A note that tells of a failure. */
  bad?: boolean;
};

export type Entry = { key: string; name: string; kind: Kind };

/** What is known of the inside of a directory or file. */
export type Inside = { entries: readonly Entry[]; note: string | null; bad: boolean };

export type Source = {
  inside: (key: string) => Inside | null;
  isOpen: (key: string) => boolean;
};

/** The rows of the tree as it is opened. */
export function browseRows(source: Source, selection: Selection): PickerRow[] {
  const rows: PickerRow[] = [];
  const part = partly(selection);
  const visit = (parent: string, depth: number) => {
    const inside = source.inside(parent);
    for (const entry of inside?.entries ?? []) {
      const open = entry.kind === "case" ? undefined : source.isOpen(entry.key);
      rows.push(toRow(entry, depth, open, checkOf(entry.key, selection, part)));
      if (open) visit(entry.key, depth + 1);
    }
    if (inside?.note) rows.push(noteRow(parent, inside.note, depth, inside.bad));
  };
  visit("", 0);
  return rows;
}

/** The rows that lead to these targets and nothing else: what a search found, or what is selected. */
export function pathRows(
  targets: readonly string[],
  source: Source,
  selection: Selection,
): PickerRow[] {
  const children = new Map<string, Set<string>>();
  for (const target of targets) {
    let below = target;
    for (const parent of above(target)) {
      const set = children.get(parent) ?? new Set();
      children.set(parent, set.add(below));
      below = parent;
    }
  }
  const rows: PickerRow[] = [];
  const part = partly(selection);
  const visit = (parent: string, depth: number) => {
    for (const key of [...(children.get(parent) ?? [])].sort(byKind)) {
      const kind = kindOf(key);
      const leads = children.has(key);
      const open = kind === "case" ? undefined : leads || source.isOpen(key);
      rows.push(
        toRow({ key, name: nameOf(key), kind }, depth, open, checkOf(key, selection, part)),
      );
      if (leads) visit(key, depth + 1);
      else if (open) visitInside(key, depth + 1);
    }
  };
  const visitInside = (parent: string, depth: number) => {
    const inside = source.inside(parent);
    for (const entry of inside?.entries ?? []) {
      const open = entry.kind === "case" ? undefined : source.isOpen(entry.key);
      rows.push(toRow(entry, depth, open, checkOf(entry.key, selection, part)));
      if (open) visitInside(entry.key, depth + 1);
    }
    if (inside?.note) rows.push(noteRow(parent, inside.note, depth, inside.bad));
  };
  visit("", 0);
  return rows;
}

export function kindOf(key: string): Kind {
  if (key.includes("::")) return "case";
  return /\.py$/.test(key) ? "file" : "directory";
}

/** The last step of a target: what the tree shows where the rest is above it. */
export function nameOf(key: string): string {
  const bracket = key.indexOf("[");
  const colons = (bracket < 0 ? key : key.slice(0, bracket)).indexOf("::");
  return colons > 0 ? key.slice(colons + 2) : key.slice(key.lastIndexOf("/") + 1);
}

function toRow(
  entry: Entry,
  depth: number,
  expanded: boolean | undefined,
  checked: boolean | "mixed",
): PickerRow {
  return { ...entry, depth, level: depth + 1, expanded, checked };
}

function noteRow(parent: string, note: string, depth: number, bad: boolean): PickerRow {
  return {
    key: `${parent} note`,
    kind: "note",
    name: note,
    depth,
    level: depth + 1,
    heading: true,
    bad,
  };
}

function byKind(a: string, b: string): number {
  const rank = (key: string) => (kindOf(key) === "directory" ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b);
}

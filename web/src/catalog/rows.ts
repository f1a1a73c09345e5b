import type { TreeRow } from "~/tree/VirtualTree";
import { above, partly, type Selection } from "./selection";

export type Kind = "directory" | "file" | "case" | "data";

/** A line of the tree of tests: something that can be selected, or a word about what is below. */
export type CatalogRow = TreeRow & {
  kind: Kind | "note";
  name: string;
  depth: number;
  /** A note that tells of a failure. */
  bad?: boolean;
  size?: number | undefined;
};

export type Entry = { key: string; name: string; kind: Kind; size?: number | undefined };

/** What is known of the inside of a directory or file. */
export type Inside = { entries: readonly Entry[]; note: string | null; bad: boolean };

export type Source = {
  inside: (key: string) => Inside | null;
  isOpen: (key: string) => boolean;
  /** Whether a path that was found is a file without tests; none is, where this is not given. */
  isData?: (key: string) => boolean;
};

/** What is checked in a tree; null where nothing can be. */
type Checks = { selection: Selection; part: ReadonlySet<string> } | null;

/** The rows of the tree as it is opened. */
export function browseRows(source: Source, selection: Selection | null): CatalogRow[] {
  const rows: CatalogRow[] = [];
  visitInside(rows, source, checksOf(selection), {
    key: "",
    depth: 0,
    whole: selection?.has("") ?? false,
  });
  return rows;
}

/** The rows that lead to these targets and nothing else: what a search found, or what is selected. */
export function pathRows(
  targets: readonly string[],
  source: Source,
  selection: Selection | null,
): CatalogRow[] {
  const children = childrenByParent(targets);
  const checks = checksOf(selection);
  const rows: CatalogRow[] = [];
  const visit = ({ key: parent, depth, whole }: Place) => {
    for (const key of [...(children.get(parent) ?? [])].sort(byKind)) {
      const kind = source.isData?.(key) ? "data" : kindOf(key);
      const leads = children.has(key);
      const open = canOpen(kind) ? leads || source.isOpen(key) : undefined;
      const all = whole || (checks?.selection.has(key) ?? false);
      rows.push(toRow({ key, name: nameOf(key), kind }, depth, open, checkIn(checks, key, all)));
      if (leads) visit({ key, depth: depth + 1, whole: all });
      else if (open) visitInside(rows, source, checks, { key, depth: depth + 1, whole: all });
    }
  };
  visit({ key: "", depth: 0, whole: selection?.has("") ?? false });
  return rows;
}

/** Where a visit is; `whole`: what is here is selected with something above it. */
type Place = { key: string; depth: number; whole: boolean };

function visitInside(rows: CatalogRow[], source: Source, checks: Checks, place: Place): void {
  const { key: parent, depth, whole } = place;
  const inside = source.inside(parent);
  for (const entry of inside?.entries ?? []) {
    const { key } = entry;
    const open = canOpen(entry.kind) ? source.isOpen(key) : undefined;
    const all = whole || (checks?.selection.has(key) ?? false);
    rows.push(toRow(entry, depth, open, checkIn(checks, key, all)));
    if (open) visitInside(rows, source, checks, { key, depth: depth + 1, whole: all });
  }
  if (inside?.note) rows.push(noteRow(parent, inside.note, depth, inside.bad));
}

function checksOf(selection: Selection | null): Checks {
  return selection && { selection, part: partly(selection) };
}

function checkIn(checks: Checks, key: string, whole: boolean): boolean | "mixed" | undefined {
  if (!checks) return undefined;
  if (whole) return true;
  return checks.part.has(key) ? "mixed" : false;
}

function childrenByParent(targets: readonly string[]): ReadonlyMap<string, Set<string>> {
  const children = new Map<string, Set<string>>();
  for (const target of targets) {
    let below = target;
    for (const parent of above(target)) {
      const set = children.get(parent) ?? new Set();
      children.set(parent, set.add(below));
      below = parent;
    }
  }
  return children;
}

export function kindOf(key: string): Exclude<Kind, "data"> {
  if (key.includes("::")) return "case";
  return /\.py$/.test(key) ? "file" : "directory";
}

function canOpen(kind: Kind): boolean {
  return kind === "directory" || kind === "file";
}

/** The last step of a target: what the tree shows where the rest is above it. */
export function nameOf(key: string): string {
  const bracket = key.indexOf("[");
  const colons = (bracket < 0 ? key : key.slice(0, bracket)).indexOf("::");
  return colons > 0 ? key.slice(colons + 2) : key.slice(key.lastIndexOf("/") + 1);
}

/** Written out: spread, fifty thousand of them would take longer than a frame. */
function toRow(
  { key, name, kind, size }: Entry,
  depth: number,
  expanded: boolean | undefined,
  checked: boolean | "mixed" | undefined,
): CatalogRow {
  return { key, name, kind, size, depth, level: depth + 1, expanded, checked };
}

function noteRow(parent: string, note: string, depth: number, bad: boolean): CatalogRow {
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

const order = new Intl.Collator(undefined, { numeric: true });

function byKind(a: string, b: string): number {
  const rank = (key: string) => (kindOf(key) === "directory" ? 0 : 1);
  return rank(a) - rank(b) || order.compare(a, b);
}

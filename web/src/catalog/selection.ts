/**
 * What is selected in the tree of tests, as the fewest targets that name it: a directory stands for
 * everything below it, also for what is not loaded or does not exist yet.
 */
export type Selection = ReadonlySet<string>;

/** What is directly below a directory or file, as far as it is known. */
export type ChildrenOf = (key: string) => readonly string[];

/** The directory of a file, the file of a test case; null above the tests root. */
export function parentOf(key: string): string | null {
  if (key === "") return null;
  const bracket = key.indexOf("[");
  const colons = (bracket < 0 ? key : key.slice(0, bracket)).indexOf("::");
  if (colons > 0) return key.slice(0, colons);
  const slash = key.lastIndexOf("/");
  return slash < 0 ? "" : key.slice(0, slash);
}

/** All that is above, nearest first. */
export function above(key: string): string[] {
  const list: string[] = [];
  for (let next = parentOf(key); next !== null; next = parentOf(next)) list.push(next);
  return list;
}

/** The ancestors of everything selected: they are checked in part. */
export function partly(selection: Selection): ReadonlySet<string> {
  const found = new Set<string>();
  for (const key of selection) for (const each of above(key)) found.add(each);
  return found;
}

export function checkOf(key: string, selection: Selection, part: ReadonlySet<string>) {
  if (selection.has(key) || above(key).some((each) => selection.has(each))) return true;
  return part.has(key) ? "mixed" : false;
}

/** Selects, or takes out what is selected (by itself or through something above it). */
export function toggle(selection: Selection, key: string, childrenOf: ChildrenOf): Selection {
  return checkOf(key, selection, new Set()) === true
    ? without(selection, key, childrenOf)
    : withKey(selection, key, childrenOf);
}

/** Selects all of these, or takes all out when all are selected. */
export function toggleAll(
  selection: Selection,
  keys: readonly string[],
  childrenOf: ChildrenOf,
): Selection {
  const none = new Set<string>();
  const all = keys.every((key) => checkOf(key, selection, none) === true);
  let next = selection;
  for (const key of keys) {
    if (all) next = without(next, key, childrenOf);
    else if (checkOf(key, next, none) !== true) next = withKey(next, key, childrenOf);
  }
  return next;
}

function withKey(selection: Selection, key: string, childrenOf: ChildrenOf): Selection {
  const next = new Set([...selection].filter((each) => !above(each).includes(key)));
  next.add(key);
  // The last of the children makes the whole. The root stays a choice of its own.
  for (let parent = parentOf(key); parent; parent = parentOf(parent)) {
    const children = childrenOf(parent);
    if (children.length === 0 || !children.every((child) => next.has(child))) break;
    for (const child of children) next.delete(child);
    next.add(parent);
  }
  return next;
}

function without(selection: Selection, key: string, childrenOf: ChildrenOf): Selection {
  const next = new Set([...selection].filter((each) => !above(each).includes(key)));
  if (next.delete(key)) return next;
  const path = above(key);
  const whole = path.findIndex((each) => next.has(each));
  if (whole < 0) return next;
  // What was selected as a whole is now all of its parts but this one.
  const from = path[whole] ?? "";
  next.delete(from);
  const way = [key, ...path.slice(0, whole + 1)];
  for (let at = way.length - 1; at > 0; at--) {
    for (const child of childrenOf(way[at] ?? "")) if (child !== way[at - 1]) next.add(child);
  }
  return next;
}

import type { TestOutcome } from "~/api/types";

/** An outcome that somebody must look at. */
export function isBad(outcome: TestOutcome): boolean {
  return outcome === "failed" || outcome === "error" || outcome === "lost";
}

/**
 * The steps from the tests root to a test case, each with the key that names it.
 * Parameters may hold slashes and colons: only what is before the bracket is split.
 */
export function splitNodeid(nodeid: string): { key: string; name: string }[] {
  const bracket = nodeid.indexOf("[");
  const head = bracket < 0 ? nodeid : nodeid.slice(0, bracket);
  const colons = head.indexOf("::");
  const path = colons < 0 ? head : head.slice(0, colons);
  const steps: { key: string; name: string }[] = [];
  let at = 0;
  for (const name of path.split("/")) {
    at += name.length;
    steps.push({ key: nodeid.slice(0, at), name });
    at += 1;
  }
  if (colons < 0) return steps;
  const names = head.slice(colons + 2).split("::");
  let end = colons;
  for (const [index, name] of names.entries()) {
    end += 2 + name.length;
    const last = index === names.length - 1;
    steps.push({
      key: last ? nodeid : nodeid.slice(0, end),
      name: last ? name + (bracket < 0 ? "" : nodeid.slice(bracket)) : name,
    });
  }
  return steps;
}

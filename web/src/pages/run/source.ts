import type { TestCase } from "~/api/types";
import { parseTraceback } from "./traceback";

/** More lines than this are not drawn at once: a generated file may have a hundred thousand. */
export const MOST_LINES = 3000;

/** The file that a nodeid names. */
export function pathOfTest(nodeid: string): string {
  const bracket = nodeid.indexOf("[");
  const head = bracket < 0 ? nodeid : nodeid.slice(0, bracket);
  return head.split("::")[0] ?? head;
}

/** The line of the file to look at: the one that failed, or the one where the test begins; 0 when neither is known. */
export function lineOfTest(
  lines: readonly string[],
  test: Pick<TestCase, "nodeid" | "traceback">,
): { line: number; failed: boolean } {
  const path = pathOfTest(test.nodeid);
  const frames = test.traceback ? (parseTraceback(test.traceback)?.frames ?? []) : [];
  const frame = frames.findLast((each) => each.path === path || each.path.endsWith(`/${path}`));
  if (frame && frame.line <= lines.length) return { line: frame.line, failed: true };
  const bracket = test.nodeid.indexOf("[");
  const names = (bracket < 0 ? test.nodeid : test.nodeid.slice(0, bracket)).split("::").slice(1);
  let at = 0;
  for (const name of names) {
    const begins = new RegExp(`^\\s*(?:async\\s+def|def|class)\\s+${escaped(name)}\\b`);
    const found = lines.findIndex((line, index) => index >= at && begins.test(line));
    if (found < 0) break;
    at = found + 1;
  }
  return { line: at, failed: false };
}

/** The lines to draw, first and last: all, or those around the one to look at. */
export function windowAround(line: number, total: number): [number, number] {
  if (total <= MOST_LINES) return [1, total];
  const from = Math.min(Math.max(1, line - MOST_LINES / 2), total - MOST_LINES + 1);
  return [from, from + MOST_LINES - 1];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

import type { LogLine } from "~/api/types";
import { PLAIN, parseLine } from "./ansi";

/** Lines as text, without colour codes. */
export function plainLines(lines: readonly LogLine[]): string {
  return lines.map(({ text }) => parseLine(text, PLAIN).line.plain).join("\n");
}

/** A failure as pytest writes it, taken apart for reading. */
export type Traceback = {
  frames: Frame[];
  /** The assertion's own words, without pytest's mark. */
  explanation: string[];
  diff: DiffLine[];
};

export type Frame = {
  path: string;
  line: number;
  what: string;
  /** Arguments, as pytest shows them above the source. */
  values: string[];
  code: { number: number | null; text: string; failed: boolean }[];
  library: boolean;
};

export type DiffLine = { kind: "same" | "expected" | "actual"; text: string };

const LOCATION = /^(\S.*?\.\w+|<[^>]+>):(\d+): ?(.*)$/;
const SEPARATOR = /^(_ ){4,}_?\s*$/;
const CARETS = /^ +[\^~]+\s*$/;
const ERROR_MARK = /^E(?: {3}|$)/;
const LIBRARY = /(^|[\\/])(site-packages|dist-packages)[\\/]|[\\/]lib[\\/]python3|^</;

/** Reads a traceback in pytest's long style; null when it is something else. */
export function parseTraceback(text: string): Traceback | null {
  const frames: Frame[] = [];
  const errors: string[] = [];
  let block: string[] = [];
  for (const raw of plain(text).split("\n")) {
    if (SEPARATOR.test(raw)) {
      block = [];
      continue;
    }
    const location = LOCATION.exec(raw);
    if (location) {
      frames.push(readFrame(block, location));
      block = [];
    } else if (ERROR_MARK.test(raw)) errors.push(raw.slice(4));
    else block.push(raw);
  }
  if (frames.length === 0) return null;
  const lines = unindent(errors);
  const { diff, rest } = takeDiff(lines);
  return { frames, explanation: rest, diff };
}

/** The text without colour codes. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are control characters.
  return text.replace(/\u001b\[[0-9;]*m/g, "").replace(/\r/g, "");
}

/** Whether a file comes with Python or with a package. */
export function isLibrary(path: string): boolean {
  return LIBRARY.test(path);
}

function readFrame(block: string[], [, path, number, what]: RegExpExecArray): Frame {
  const line = Number(number);
  const lines = trimBlank(block);
  const first = lines.findIndex((text) => /^[ >] {3}/.test(text));
  // Arguments stand above the source, with a blank line between.
  const blank = lines.slice(0, Math.max(0, first)).lastIndexOf("");
  const values = lines.slice(0, Math.max(0, blank)).filter((text) => text.trim() !== "");
  const source = first < 0 ? [] : lines.slice(blank + 1);
  const mark = source.findIndex((text) => text.startsWith(">"));
  const code = source.map((text, index) => ({
    // Python's marks under a line are no line of the file.
    number: CARETS.test(text) ? null : line + index - (mark < 0 ? source.length - 1 : mark),
    text: /^[ >] {3}/.test(text) ? text.slice(4) : text,
    failed: index === mark || (index === mark + 1 && CARETS.test(text)),
  }));
  return {
    path: path ?? "",
    line,
    what: what ?? "",
    values,
    code: code.filter((each) => each.number === null || each.number > 0),
    library: isLibrary(path ?? ""),
  };
}

/** The part of an explanation that compares, as lines of a difference. */
function takeDiff(lines: string[]): { diff: DiffLine[]; rest: string[] } {
  const title = lines.findIndex((line) => /^\s*Full diff:\s*$/.test(line));
  const first = title >= 0 ? title + 1 : beginOfDiff(lines);
  if (first < 0) return { diff: [], rest: trimBlank(lines) };
  const block = unindent(lines.slice(first).filter((line) => line.trim() !== ""));
  const diff = block.flatMap((line): DiffLine[] => {
    if (line.startsWith("?")) return [];
    const text = line.slice(2);
    if (line.startsWith("-")) return [{ kind: "expected", text }];
    if (line.startsWith("+")) return [{ kind: "actual", text }];
    return [{ kind: "same", text }];
  });
  if (!diff.some((line) => line.kind !== "same")) return { diff: [], rest: trimBlank(lines) };
  return { diff, rest: trimBlank(lines.slice(0, title >= 0 ? title : first)) };
}

/** The first line of a difference without a title: the paragraph with lines that begin with a sign. */
function beginOfDiff(lines: string[]): number {
  const sign = lines.findIndex(
    (line) => /^\s*[-+] /.test(line) && !/^\s*\+ +(where|and) /.test(line),
  );
  if (sign < 0) return -1;
  return lines.slice(0, sign).findLastIndex((line) => line.trim() === "") + 1;
}

/** Lines without the indent that all of them have. */
function unindent(lines: string[]): string[] {
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const least = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(least));
}

function trimBlank(lines: string[]): string[] {
  const from = lines.findIndex((line) => line.trim() !== "");
  if (from < 0) return [];
  return lines.slice(from, lines.findLastIndex((line) => line.trim() !== "") + 1);
}

import { memo } from "react";
import { clockTime } from "~/model/time";
import { classesOf, type Piece } from "./ansi";
import classes from "./LogView.module.css";
import type { ReadLine } from "./pages";

type Props = {
  number: number;
  line: ReadLine | undefined;
  times: boolean;
  mark: "linked" | "test" | null;
  /** What the search looks for, global; null when nothing is searched. */
  find: RegExp | null;
  current: boolean;
};

/** Longer lines are cut: a browser needs seconds to lay out a megabyte in one line. */
const LONGEST = 10_000;

export const LogRow = memo(function LogRow({ number, line, times, mark, find, current }: Props) {
  return (
    <div
      className={classes.line}
      data-mark={mark ?? undefined}
      data-error={line && isErrorLine(line.plain) ? true : undefined}
      data-current={current || undefined}
    >
      <a className={classes.number} href={`#L${number}`} data-line={number} tabIndex={-1}>
        {number}
      </a>
      {times && <span className={classes.time}>{line?.at ? clockTime(line.at, "ms") : ""}</span>}
      <span className={classes.text}>{line ? pieces(line, find) : "\u00a0"}</span>
    </div>
  );
});

/** Lines that tell of an error: a log level, or pytest's own mark in front of a failed assertion. */
export const ERROR_PATTERN = "(^|[\\s\\]\\[m])(ERROR|CRITICAL|FATAL)\\b|^(\\x1b\\[[0-9;]*m)*E {3}";
const ERROR_LINE = new RegExp(ERROR_PATTERN);

export function isErrorLine(plain: string): boolean {
  return ERROR_LINE.test(plain);
}

function pieces({ pieces: all, plain }: ReadLine, find: RegExp | null) {
  if (plain === "") return "\u00a0";
  const cut = plain.length > LONGEST;
  const list = marked(cut ? cutTo(all, LONGEST) : all, find ? hits(plain, find) : []);
  return (
    <>
      {list.map(({ piece, hit, key }) => {
        const name = classesOf(piece.style);
        if (hit) {
          return (
            <mark key={key} className={name}>
              {piece.text}
            </mark>
          );
        }
        return name ? (
          <span key={key} className={name}>
            {piece.text}
          </span>
        ) : (
          piece.text
        );
      })}
      {cut && (
        <span className={classes.cut}>
          {` … ${(plain.length - LONGEST).toLocaleString("en-US")} more characters, whole in the download`}
        </span>
      )}
    </>
  );
}

function cutTo(all: Piece[], length: number): Piece[] {
  const kept: Piece[] = [];
  let left = length;
  for (const piece of all) {
    if (left <= 0) break;
    kept.push({ ...piece, text: piece.text.slice(0, left) });
    left -= piece.text.length;
  }
  return kept;
}

function hits(plain: string, find: RegExp): [number, number][] {
  const found: [number, number][] = [];
  for (const match of plain.slice(0, LONGEST).matchAll(find)) {
    if (match[0].length > 0) found.push([match.index, match.index + match[0].length]);
    if (found.length >= 200) break;
  }
  return found;
}

/** Pieces cut where a hit begins or ends. */
function marked(all: Piece[], found: [number, number][]) {
  const list: { piece: Piece; hit: boolean; key: number }[] = [];
  let start = 0;
  for (const piece of all) {
    const end = start + piece.text.length;
    let at = start;
    for (const [from, to] of found) {
      if (to <= at || from >= end) continue;
      if (from > at) add(piece, at, from, false);
      add(piece, Math.max(from, at), Math.min(to, end), true);
      at = Math.min(to, end);
    }
    if (at < end) add(piece, at, end, false);
    start = end;

    function add(whole: Piece, from: number, to: number, hit: boolean) {
      const text = whole.text.slice(from - start, to - start);
      list.push({ piece: { ...whole, text }, hit, key: from });
    }
  }
  return list;
}

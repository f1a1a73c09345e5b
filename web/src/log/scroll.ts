/** Where a log stands: at its end, or with a line (and a part of it) at the top of the view. */
export type Anchor = { at: "end" } | { at: "line"; line: number };

/** Browsers draw no element much taller than this; a longer log is scaled into it. */
const TALLEST_PX = 15_000_000;
/** Room below the last line, so that the follow pill covers nothing. */
export const END_ROOM_PX = 56;

export type Measures = {
  total: number;
  /** The height of a line: exact without wrapping, the average with it. */
  lineHeight: number;
  view: number;
};

/** The height of the scrolled spacer. */
export function spacerHeight({ total, lineHeight }: Measures): number {
  return Math.min(TALLEST_PX, total * lineHeight + END_ROOM_PX);
}

/** True when a pixel of the scrollbar is a pixel of the log. */
export function isExact({ total, lineHeight }: Measures): boolean {
  return total * lineHeight + END_ROOM_PX <= TALLEST_PX;
}

/** The line at the top when the log is at its end. */
export function lastTop({ total, lineHeight, view }: Measures): number {
  return Math.max(1, 1 + (total * lineHeight + END_ROOM_PX - view) / lineHeight);
}

/** The anchor for a position of the scrollbar. */
export function anchorOf(scrollTop: number, measures: Measures): Anchor {
  const most = spacerHeight(measures) - measures.view;
  if (most <= 0) return { at: "line", line: 1 };
  if (scrollTop >= most - 1) return { at: "end" };
  return { at: "line", line: 1 + (scrollTop / most) * (lastTop(measures) - 1) };
}

/** The position of the scrollbar for an anchor. */
export function scrollTopOf(anchor: Anchor, measures: Measures): number {
  const most = Math.max(0, spacerHeight(measures) - measures.view);
  if (anchor.at === "end") return most;
  const top = lastTop(measures);
  if (top <= 1) return 0;
  return Math.min(most, ((anchor.line - 1) / (top - 1)) * most);
}

/** True when the last line can be seen, also where the log stands a little above its end. */
export function isEndInSight(anchor: Anchor, { total, lineHeight, view }: Measures): boolean {
  if (anchor.at === "end") return true;
  return (total - anchor.line + 1) * lineHeight <= view;
}

/** The lines to draw: what can be seen and a little on both sides. */
export function windowOf(anchor: Anchor, measures: Measures): { from: number; to: number } {
  const shown = Math.ceil(measures.view / 20) + 2;
  const spare = 8;
  if (anchor.at === "end") {
    return { from: Math.max(1, measures.total - shown - spare), to: measures.total };
  }
  const first = Math.floor(anchor.line);
  return {
    from: Math.max(1, first - spare),
    to: Math.min(measures.total, first + shown + spare),
  };
}

/** A range of lines as in `#L10-L20`, or null. */
export function parseLines(hash: string): { from: number; to: number } | null {
  const found = /^#?L(\d{1,12})(?:-L?(\d{1,12}))?$/.exec(hash);
  if (!found) return null;
  const a = Number(found[1]);
  const b = found[2] === undefined ? a : Number(found[2]);
  return a < 1 || b < 1 ? null : { from: Math.min(a, b), to: Math.max(a, b) };
}

/** The anchor of a range of lines, without the `#`. */
export function formatLines(from: number, to: number): string {
  return from === to ? `L${from}` : `L${Math.min(from, to)}-L${Math.max(from, to)}`;
}

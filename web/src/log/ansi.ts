/**
 * Colours of a terminal as classes on pieces of text. Nothing of a log is ever taken for HTML:
 * pieces become text nodes, and a sequence that is not a colour is left out.
 */

/** What a terminal remembers from one character to the next. Colours are numbers 0 to 7, or null. */
export type Style = {
  readonly color: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
};

export type Piece = { text: string; style: Style };
export type Line = { pieces: Piece[]; plain: string };

export const PLAIN: Style = {
  color: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

// Escape sequences by ECMA-48: CSI, strings (OSC, DCS, …) up to their end, and the two-character ones.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
  /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]|\u001b/g;

/** Splits one line into pieces, starting with the style the line before ended in. */
export function parseLine(raw: string, from: Style): { line: Line; style: Style } {
  const text = withoutOverwritten(raw);
  if (!text.includes("\u001b")) {
    const plain = withoutControls(text);
    return { line: { pieces: plain ? [{ text: plain, style: from }] : [], plain }, style: from };
  }
  const pieces: Piece[] = [];
  let style = from;
  let at = 0;
  const add = (part: string) => {
    const visible = withoutControls(part);
    if (visible) pieces.push({ text: visible, style });
  };
  for (const found of text.matchAll(SEQUENCE)) {
    add(text.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === "m") style = afterSgr(style, found[1] ?? "");
  }
  add(text.slice(at));
  return { line: { pieces, plain: pieces.map((piece) => piece.text).join("") }, style };
}

/** The style after a "select graphic rendition" sequence with these parameters. */
export function afterSgr(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let style = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extended(codes, i + 1);
      style = code === 38 ? { ...style, color } : { ...style, background: color };
      i += used;
    } else style = simple(style, code);
  }
  return style;
}

/** Class names for a style; empty for plain text. */
export function classesOf(style: Style): string {
  if (style === PLAIN) return "";
  const names: string[] = [];
  const color = style.inverse ? (style.background ?? 0) : style.color;
  const background = style.inverse ? (style.color ?? 7) : style.background;
  if (color !== null) names.push(`ansi-${color}`);
  if (background !== null) names.push(`ansi-on-${background}`);
  if (style.bold) names.push("ansi-bold");
  if (style.dim) names.push("ansi-dim");
  if (style.italic) names.push("ansi-italic");
  if (style.underline) names.push("ansi-underline");
  if (style.strike) names.push("ansi-strike");
  return names.join(" ");
}

function simple(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 9) return { ...style, strike: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 29) return { ...style, strike: false };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code === 39) return { ...style, color: null };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code === 49) return { ...style, background: null };
  // The palette is made for text: a bright colour is the same one in bold.
  if (code >= 90 && code <= 97) return { ...style, color: code - 90, bold: code !== 90 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 };
  return style;
}

/** A colour given by number (38;5;n) or by parts (38;2;r;g;b), as the nearest of the eight. */
function extended(codes: number[], at: number): { color: number | null; used: number } {
  if (codes[at] === 5) return { color: nearestOf256(codes[at + 1] ?? 0), used: 2 };
  if (codes[at] === 2) {
    return { color: nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), used: 4 };
  }
  return { color: null, used: 1 };
}

function nearestOf256(index: number): number {
  if (index < 16) return index % 8;
  if (index >= 232) {
    const grey = (index - 232) * 10 + 8;
    return nearest(grey, grey, grey);
  }
  const cube = index - 16;
  const part = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  return nearest(part(Math.floor(cube / 36)), part(Math.floor(cube / 6) % 6), part(cube % 6));
}

/** Bit by bit: 1 red, 2 green, 4 blue, each on when it is near the strongest. */
function nearest(red: number, green: number, blue: number): number {
  const strongest = Math.max(red, green, blue);
  if (strongest < 64) return 0;
  const on = (value: number) => value > strongest * 0.66;
  return (on(red) ? 1 : 0) + (on(green) ? 2 : 0) + (on(blue) ? 4 : 0);
}

/** A carriage return goes back to the start of the line: only what was written last is seen. */
function withoutOverwritten(text: string): string {
  const trimmed = text.replace(/[\r\n]+$/, "");
  const last = trimmed.lastIndexOf("\r");
  return last < 0 ? trimmed : trimmed.slice(last + 1);
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

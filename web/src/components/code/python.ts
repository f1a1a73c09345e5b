import { type Piece, PLAIN, type Style } from "~/log/ansi";

const TOKEN =
  /(?<comment>#.*)|(?<text>(?:\b[rbfuRBFU]{1,2})?(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?))|(?<word>\b[A-Za-z_]\w*\b)|(?<number>\b\d[\d_.]*\b)/g;

const KEYWORDS = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False match case".split(
    " ",
  ),
);

const magenta: Style = { ...PLAIN, color: 5 };
const green: Style = { ...PLAIN, color: 2 };
const cyan: Style = { ...PLAIN, color: 6 };
const blue: Style = { ...PLAIN, color: 4 };
const dim: Style = { ...PLAIN, dim: true };

/** One line of Python as coloured pieces. A glance at the words is enough here: it is a reading aid, no parser. */
export function highlightPython(line: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let before = "";
  for (const found of line.matchAll(TOKEN)) {
    if (found.index > at) pieces.push({ text: line.slice(at, found.index), style: PLAIN });
    const [text] = found;
    const word = found.groups?.word;
    pieces.push({ text, style: styleOf(found.groups ?? {}, before) });
    if (word) before = word;
    at = found.index + text.length;
  }
  if (at < line.length) pieces.push({ text: line.slice(at), style: PLAIN });
  return pieces;
}

function styleOf(groups: Record<string, string | undefined>, before: string): Style {
  if (groups.comment) return dim;
  if (groups.text) return green;
  if (groups.number) return cyan;
  const word = groups.word ?? "";
  if (KEYWORDS.has(word)) return magenta;
  if (before === "def" || before === "class") return blue;
  return /^[A-Z][a-z]/.test(word) ? cyan : PLAIN;
}

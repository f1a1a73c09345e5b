/** A line for a shell in lines for reading, a word in each after the first three; only the first are shown. */
export function shellLines(line: string, most: number): string[] {
  const words = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  const lines = [words.slice(0, 3).join(" "), ...words.slice(3).map((word) => `  ${word}`)];
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `  ${lines.length - most + 1} more`];
}

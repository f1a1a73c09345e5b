const numbers = new Intl.NumberFormat("en-US");

/** A number with thousands marks. */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** `1 file`, `3 files`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** A word as at the beginning of a sentence. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A clause as a sentence: with a capital and a full stop. */
export function sentence(clause: string): string {
  const text = capital(clause);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `Next`, `2nd`, `3rd`, `4th`. */
export function place(position: number): string {
  if (position <= 1) return "Next";
  const tens = position % 100;
  const ending =
    tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][position % 10] ?? "th");
  return `${position}${ending}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** What is wrong with a text of more bytes than are taken; null when it fits, or when nobody knows how many are. */
export function tooLong(text: string, most: number | undefined): string | null {
  if (most === undefined) return null;
  const bytes = new TextEncoder().encode(text).length;
  return bytes > most ? `${formatNumber(bytes)} bytes, the limit is ${formatNumber(most)}` : null;
}

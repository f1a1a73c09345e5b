const MINUTE = 60_000;

/** The ends of a reservation that are a click away. */
export const LENGTHS: { label: string; minutes: number }[] = [
  { label: "30 min", minutes: 30 },
  { label: "1 h", minutes: 60 },
  { label: "2 h", minutes: 120 },
  { label: "4 h", minutes: 240 },
  { label: "1 day", minutes: 1440 },
];

/** A moment as `<input type="datetime-local">` writes it, in the reader's time zone, to the next minute. */
export function toLocal(at: number): string {
  const date = new Date(Math.ceil(at / MINUTE) * MINUTE);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}

/** What such a field says, as the service takes it; null for no moment. */
export function fromLocal(text: string): string | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

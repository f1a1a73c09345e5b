const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "18 s ago", "4 min ago", "2 h ago", "3 d ago", then the date. */
export function relative(at: string, now: number): string {
  const time = Date.parse(at);
  const ago = Math.max(0, now - time);
  if (ago < 5_000) return "just now";
  if (ago < MINUTE) return `${Math.floor(ago / 1000)} s ago`;
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`;
  if (ago < 14 * DAY) return `${Math.floor(ago / DAY)} d ago`;
  return isoDay(new Date(time));
}

/** A length as a clock shows it: `0:18`, `4:12`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}

/** How long something took: a clock, and below a second what a clock cannot show: `0.3 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return clock(ms);
  return ms < 100 ? "< 0.1 s" : `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
}

/** A length in words: `3 min 40 s`, `50 s`, `2 h 5 min`. */
export function inWords(ms: number): string {
  if (ms < 950) return duration(ms);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${Math.floor(minutes / 60)} h`;
}

/** The duration of one test: `< 1 ms`, `4 ms`, `0.42 s`, `12.3 s`, `2:05`. */
export function testDuration(ms: number): string {
  if (ms < 1) return "< 1 ms";
  if (ms < 10) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < MINUTE) return `${(ms / 1000).toFixed(1)} s`;
  return clock(ms);
}

/** `14:02:28`, or with milliseconds, in the reader's time zone. */
export function clockTime(at: string | number, detail: "min" | "s" | "ms" = "s"): string {
  const date = new Date(at);
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (detail === "min") return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return detail === "s" ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** `2026-03-09 14:02:28`, in the reader's time zone. */
export function absolute(at: string): string {
  const date = new Date(at);
  return `${isoDay(date)} ${clockTime(at)}`;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A time to come, as short as it is clear: `14:30` today, `Tue 14:30` within six days, then the date. */
export function moment(at: string, now: number): string {
  const date = new Date(at);
  if (sameDay(at, now)) return clockTime(at, "min");
  const far = Math.abs(date.getTime() - now) >= 6 * DAY;
  return `${far ? isoDay(date) : WEEKDAYS[date.getDay()]} ${clockTime(at, "min")}`;
}

/** True when both are on one day of the reader's calendar. */
export function sameDay(at: string, now: number): boolean {
  return isoDay(new Date(at)) === isoDay(new Date(now));
}

/** The first moment of the reader's day that is `daysAgo` days before the one of `now`. */
export function startOfDay(now: number, daysAgo = 0): Date {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - daysAgo);
  return date;
}

function isoDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

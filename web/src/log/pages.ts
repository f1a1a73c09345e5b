import type { LogInfo, LogLines } from "~/api/types";
import { type Line, PLAIN, parseLine, type Style } from "./ansi";

export const PAGE_LINES = 500;
/** Pages kept in memory: enough for a tall screen, a jump there and back, and the end. */
const KEPT_PAGES = 12;
const RETRY_MS = 2000;
/** More than a tall screen shows. */
const TAIL_LINES = 120;
/** Who follows and is further behind than this sees that lines are missing. */
const FAR_LINES = 20_000;

export type ReadLine = Line & { number: number; at: string | null };

type LoadedPage = {
  raw: LogLines["items"];
  lines: ReadLine[];
  from: Style;
  to: Style;
  used: number;
};

type Fetch = (from: number, count: number, signal: AbortSignal) => Promise<LogLines>;

/** The lines of one log that are near the eye. The rest stays on the server. */
export class LogPages {
  readonly #fetch: Fetch;
  readonly #pages = new Map<number, LoadedPage>();
  readonly #loading = new Map<number, AbortController>();
  readonly #paused = new Map<number, { until: number; failed: boolean }>();
  readonly #listeners = new Set<() => void>();
  #info: LogInfo = { lines: 0, bytes: 0, complete: false };
  #tailBytes = -1;
  #clock = 0;
  #version = 0;
  #wanted: { from: number; to: number; tail: boolean } | null = null;
  #reach = 0;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  get info(): LogInfo {
    return this.#info;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with everything that can be seen. */
  readonly version = (): number => this.#version;

  /**
   * How many lines to draw. Whoever follows the end of a growing log sees only lines that are here:
   * the others come with the next answer, and empty rows would flicker until then.
   */
  total(following: boolean): number {
    const { lines } = this.#info;
    return following && this.#reach > 0 && lines - this.#reach < FAR_LINES ? this.#reach : lines;
  }

  /** A line, if it is here. */
  line(number: number): ReadLine | undefined {
    const page = this.#pages.get(pageOf(number));
    if (!page) return undefined;
    page.used = ++this.#clock;
    return page.lines[(number - 1) % PAGE_LINES];
  }

  /** Learns how long the log has become. */
  grow(info: LogInfo): void {
    if (info.bytes < this.#info.bytes && info.lines <= this.#info.lines) return;
    if (info.lines === this.#info.lines && info.bytes === this.#info.bytes) {
      if (info.complete === this.#info.complete) return;
    }
    this.#info = { ...info, lines: Math.max(info.lines, this.#info.lines) };
    this.#changed();
    this.#again();
  }

  /** Fetches what is missing of these lines; with `tail`, of the last ones too, wherever the log's end is. */
  want(from: number, to: number, tail = false): void {
    this.#wanted = { from, to, tail };
    const { lines, bytes } = this.#info;
    if (lines === 0 && bytes === 0) return;
    const last = Math.max(1, lines);
    this.#loadAll(Math.min(from, last), Math.min(to, last));
    if (tail) this.#loadAll(Math.max(1, last - TAIL_LINES), last);
  }

  #loadAll(from: number, to: number): void {
    for (let page = pageOf(from); page <= pageOf(to); page++) this.#load(page);
  }

  #again(): void {
    if (this.#wanted) this.want(this.#wanted.from, this.#wanted.to, this.#wanted.tail);
  }

  /** Forgets pages that could not be fetched, and tries again. */
  retry(): void {
    this.#paused.clear();
    this.#again();
  }

  get failed(): boolean {
    return [...this.#paused.values()].some((pause) => pause.failed);
  }

  close(): void {
    for (const abort of this.#loading.values()) abort.abort();
    this.#loading.clear();
  }

  #load(index: number): void {
    if (this.#loading.has(index)) return;
    if ((this.#paused.get(index)?.until ?? 0) > Date.now()) return;
    const page = this.#pages.get(index);
    const have = page?.raw.length ?? 0;
    const expected = Math.min(PAGE_LINES, this.#info.lines - index * PAGE_LINES);
    const last = pageOf(Math.max(1, this.#info.lines)) === index;
    // The last line may still be written to: its page is stale when the log has more bytes.
    if (have >= expected && have > 0 && !(last && this.#tailBytes !== this.#info.bytes)) return;
    const abort = new AbortController();
    this.#loading.set(index, abort);
    void this.#read(index, have, last, abort);
  }

  async #read(index: number, have: number, last: boolean, abort: AbortController): Promise<void> {
    const keep = Math.max(0, have - 1);
    const from = index * PAGE_LINES + 1 + keep;
    const bytes = this.#info.bytes;
    try {
      const answer = await this.#fetch(from, PAGE_LINES - keep, abort.signal);
      this.#loading.delete(index);
      this.#paused.delete(index);
      if (last) this.#tailBytes = bytes;
      // Fewer lines than were promised: they come later, and asking at once would spin.
      if (keep + answer.items.length <= have) this.#pause(index, false);
      const before = this.#pages.get(index)?.raw.slice(0, keep) ?? [];
      this.#put(index, [...before, ...answer.items]);
      if (answer.total_lines > this.#info.lines) {
        this.#info = { ...this.#info, lines: answer.total_lines };
      }
      this.#changed();
      this.#again();
    } catch {
      if (abort.signal.aborted) return;
      this.#loading.delete(index);
      this.#pause(index, true);
      this.#changed();
    }
  }

  #pause(index: number, failed: boolean): void {
    const pause = failed ? RETRY_MS : 100;
    this.#paused.set(index, { until: Date.now() + pause, failed });
    setTimeout(() => this.#again(), pause + 1);
  }

  #put(index: number, raw: LogLines["items"]): void {
    const from = this.#pages.get(index - 1)?.to ?? PLAIN;
    this.#pages.set(index, { ...parsePage(raw, from), raw, from, used: ++this.#clock });
    // A style that runs over the end of this page colours the next one.
    for (let next = index + 1; ; next++) {
      const page = this.#pages.get(next);
      const style = this.#pages.get(next - 1)?.to;
      if (!page || !style || same(page.from, style)) break;
      this.#pages.set(next, { ...page, ...parsePage(page.raw, style), from: style });
    }
    // The page after it may have waited for this one.
    this.#reach = Math.max(this.#reach, this.#endOf(index), this.#endOf(index + 1));
    this.#evict(index);
  }

  /** The last line of a page, if what a screen shows before it is here too; 0 otherwise. */
  #endOf(index: number): number {
    const have = this.#pages.get(index)?.raw.length ?? 0;
    const before = index === 0 || this.#pages.get(index - 1)?.raw.length === PAGE_LINES;
    return have >= TAIL_LINES || before ? index * PAGE_LINES + have : 0;
  }

  #evict(justLoaded: number): void {
    const { from: first, to: last } = this.#wanted ?? { from: 1, to: 1 };
    const [from, to] = [pageOf(first), pageOf(last)];
    const candidates = [...this.#pages.entries()]
      .filter(([index]) => index !== justLoaded && (index < from || index > to))
      .sort(([, a], [, b]) => a.used - b.used);
    for (const [index] of candidates.slice(0, Math.max(0, this.#pages.size - KEPT_PAGES))) {
      this.#pages.delete(index);
    }
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function pageOf(line: number): number {
  return Math.floor((line - 1) / PAGE_LINES);
}

function parsePage(raw: LogLines["items"], from: Style): { lines: ReadLine[]; to: Style } {
  let style = from;
  const lines = raw.map(({ number, at, text }) => {
    const parsed = parseLine(text, style);
    style = parsed.style;
    return { ...parsed.line, number, at: at ?? null };
  });
  return { lines, to: style };
}

function same(a: Style, b: Style): boolean {
  return a === b || (Object.keys(a) as (keyof Style)[]).every((key) => a[key] === b[key]);
}

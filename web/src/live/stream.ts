import { type LiveEvent, type StreamState, toLiveEvent } from "./protocol";
import { EventParser } from "./sse";

type Sink = {
  events: (events: LiveEvent[]) => void;
  state: (state: StreamState) => void;
};

/** The server sends a comment at least every 15 s; three missed ones mean a dead connection. */
const SILENCE_MS = 45_000;
const LONGEST_PAUSE_MS = 15_000;
/** An opening that takes longer than this is told; a shorter one is nobody's business. */
const OPENING_MS = 1500;

/** One stream of the service, kept open: it reconnects with its cursor, and afresh when topics are added. */
export class StreamConnection {
  readonly #sink: Sink;
  readonly #address: string;
  #topics = new Set<string>();
  #asked = "";
  #cursor: string | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #everOpen = false;
  #open = false;
  #lastData = Date.now();

  constructor(sink: Sink, address = `${globalThis.location?.origin ?? ""}/api/v1/stream`) {
    this.#sink = sink;
    this.#address = address;
  }

  /**
   * Sets what to hear of. Fewer topics change nothing until the next connection;
   * new ones, or `again`, open a fresh stream, which first sends the present state of all of them.
   */
  setTopics(topics: Iterable<string>, again = false): void {
    const next = new Set(topics);
    const more = [...next].some((topic) => !this.#topics.has(topic));
    this.#topics = next;
    if (next.size === 0) this.close();
    else if (more || again || !this.#abort) {
      this.#cursor = null;
      this.#connect();
    }
  }

  /** Connects at once instead of after the pause, if the stream is down. */
  retry(): void {
    if (!this.#open && this.#topics.size > 0) this.#connect();
  }

  /** Ends the stream; `setTopics` opens it again. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    clearTimeout(this.#slow);
    this.#abort?.abort();
    this.#abort = null;
    this.#open = false;
  }

  #connect(): void {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    this.#asked = [...this.#topics].sort().join(",");
    this.#slow = setTimeout(() => this.#tell(false), OPENING_MS);
    void this.#read(abort).catch(() => {
      if (this.#abort === abort) this.#failed();
    });
  }

  async #read(abort: AbortController): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.#cursor !== null) headers["Last-Event-ID"] = this.#cursor;
    const url = `${this.#address}?topics=${encodeURIComponent(this.#asked)}`;
    this.#watch(abort);
    const response = await fetch(url, { headers, signal: abort.signal, cache: "no-store" });
    if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
    this.#opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("stream ended");
      this.#watch(abort);
      this.#deliver(parser, decoder.decode(value, { stream: true }));
    }
  }

  #deliver(parser: EventParser, text: string): void {
    const events: LiveEvent[] = [];
    for (const event of parser.push(text)) {
      const known = toLiveEvent(event.type, event.data);
      if (known) events.push(known);
    }
    this.#cursor = parser.lastId ?? this.#cursor;
    this.#lastData = Date.now();
    if (events.length > 0) this.#sink.events(events);
  }

  #opened(): void {
    clearTimeout(this.#slow);
    // Whoever comes back without a cursor may have missed changes outside the present state.
    const missed = this.#everOpen && this.#cursor === null && this.#failures > 0;
    this.#failures = 0;
    this.#everOpen = true;
    this.#open = true;
    this.#lastData = Date.now();
    this.#tell(true);
    if (missed) this.#sink.events([{ type: "reset" }]);
  }

  #failed(): void {
    this.close();
    this.#tell(false);
    const pause =
      Math.min(LONGEST_PAUSE_MS, 400 * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  #watch(abort: AbortController): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
  }

  #tell(open: boolean): void {
    this.#sink.state({ open, since: open ? Date.now() : this.#lastData });
  }
}

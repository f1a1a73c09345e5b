/** One dispatched server-sent event. */
export type ServerSentEvent = { type: string; data: string; id: string | null };

/**
 * Reads server-sent events from text that arrives in any pieces.
 * The browser's EventSource hides keep-alive comments and cannot send a cursor of ours, hence this one.
 */
export class EventParser {
  #rest = "";
  #type = "";
  #data: string[] = [];
  #id: string | null = null;

  /** The cursor that was sent last, also by a block that is no event. */
  get lastId(): string | null {
    return this.#id;
  }

  /** The events which this piece completes. */
  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line: string): ServerSentEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#type = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return null;
  }

  #dispatch(): ServerSentEvent | null {
    const type = this.#type || "message";
    const data = this.#data.join("\n");
    const empty = this.#data.length === 0 && this.#type === "";
    this.#type = "";
    this.#data = [];
    return empty ? null : { type, data, id: this.#id };
  }
}

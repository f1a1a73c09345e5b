/**
 * What the stream told lately. An answer that was asked for before a change and arrives after it would
 * put the old state back: whoever fetches lays the newer facts over the answer.
 */
const KEPT_MS = 30_000;

export class Recent<T extends { id: number }> {
  readonly #told = new Map<number, { at: number; value: T }>();

  note(value: T, at: number): void {
    // Deleting first keeps the map in the order of arrival.
    this.#told.delete(value.id);
    this.#told.set(value.id, { at, value });
    for (const [id, entry] of this.#told) {
      if (at - entry.at < KEPT_MS) break;
      this.#told.delete(id);
    }
  }

  /** The value as told since `since`, or null. */
  since(id: number, since: number): T | null {
    const entry = this.#told.get(id);
    return entry && entry.at >= since ? entry.value : null;
  }

  /** Items of an answer asked for at `since`, with newer facts laid over. */
  over<I extends T>(items: readonly I[], since: number): I[] {
    return items.map((item) => {
      const newer = this.since(item.id, since);
      return newer ? { ...item, ...newer } : item;
    });
  }

  clear(): void {
    this.#told.clear();
  }
}

import { useEffect, useSyncExternalStore } from "react";
import type { LiveEvent, StreamState } from "./protocol";
import { openTransport, type Transport } from "./transport";

/** How fresh the page is. `since`: of when the data is, in this computer's milliseconds. */
export type Freshness = {
  mode: "connecting" | "live" | "reconnecting" | "polling";
  since: number;
};

type Listener = (events: LiveEvent[]) => void;

const topics = new Map<string, number>();
const listeners = new Set<Listener>();
const freshnessListeners = new Set<() => void>();
let transport: Transport | null = null;
let sending: ReturnType<typeof setTimeout> | undefined;
let freshness: Freshness = { mode: "connecting", since: Date.now() };

/** Hears of a topic until the answer is called. */
export function openTopic(topic: string): () => void {
  topics.set(topic, (topics.get(topic) ?? 0) + 1);
  sendSoon();
  return () => {
    const left = (topics.get(topic) ?? 1) - 1;
    if (left > 0) topics.set(topic, left);
    else topics.delete(topic);
    sendSoon();
  };
}

/** Hears every event of the open topics until the answer is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the page that polling brought answers (or not) while the stream is down. */
export function notePoll(succeeded: boolean): void {
  if (freshness.mode === "live") return;
  if (succeeded) setFreshness({ mode: "polling", since: Date.now() });
  else if (freshness.mode === "polling") setFreshness({ ...freshness, mode: "reconnecting" });
}

/** Tries the stream again at once. */
export function retryNow(): void {
  transport?.retry();
}

export function currentFreshness(): Freshness {
  return freshness;
}

export function useFreshness(): Freshness {
  return useSyncExternalStore(onFreshness, currentFreshness);
}

export function useTopic(topic: string | null): void {
  useEffect(() => (topic ? openTopic(topic) : undefined), [topic]);
}

/** Forgets everything, so that one test does not hear of another. */
export function resetLive(): void {
  clearTimeout(sending);
  clearTimeout(flushing);
  flushing = undefined;
  waiting = [];
  transport?.close();
  transport = null;
  topics.clear();
  listeners.clear();
  setFreshness({ mode: "connecting", since: Date.now() });
}

export function onFreshness(listener: () => void): () => void {
  freshnessListeners.add(listener);
  return () => freshnessListeners.delete(listener);
}

function sendSoon(): void {
  clearTimeout(sending);
  // A change of page closes one topic and opens another: one message tells both.
  sending = setTimeout(() => {
    transport ??= openTransport({ events: deliver, state: onState });
    transport.setTopics([...topics.keys()]);
  }, 0);
}

/** Under a flood the page is drawn at most this often; a single change is shown at once, and a line of a log soon. */
const BREATH_MS = 100;
const BREATH_OF_LOGS_MS = 16;
let waiting: LiveEvent[] = [];
let flushing: ReturnType<typeof setTimeout> | undefined;
let flushedAt = 0;

function deliver(events: LiveEvent[]): void {
  for (const event of events) waiting.push(event);
  const urgent = waiting.some((event) => event.type === "log");
  if (flushing && !urgent) return;
  clearTimeout(flushing);
  const pause = flushedAt + (urgent ? BREATH_OF_LOGS_MS : BREATH_MS) - performance.now();
  if (pause <= 0) flush();
  else flushing = setTimeout(flush, pause);
}

function flush(): void {
  flushing = undefined;
  flushedAt = performance.now();
  const events = waiting;
  waiting = [];
  for (const listener of listeners) listener(events);
}

function onState(state: StreamState): void {
  if (state.open) setFreshness({ mode: "live", since: state.since });
  else if (freshness.mode !== "polling") setFreshness({ mode: "reconnecting", since: state.since });
}

function setFreshness(next: Freshness): void {
  if (next.mode === freshness.mode && next.since === freshness.since) return;
  freshness = next;
  for (const listener of freshnessListeners) listener();
}

if (typeof window !== "undefined") {
  window.addEventListener("online", retryNow);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) retryNow();
  });
}

/**
 * One stream for all tabs of a browser: six streams of six tabs would use up the connections HTTP/1.1 allows per host.
 */
import type { FromWorker, StreamState, ToWorker } from "./protocol";
import { StreamConnection } from "./stream";

type Tab = { topics: string[]; seen: number };

/** A tab pings every 20 s, and a hidden one's timers may run once a minute. */
const GONE_MS = 180_000;

const tabs = new Map<MessagePort, Tab>();
let state: StreamState | null = null;

const stream = new StreamConnection({
  events: (events) => broadcast({ kind: "events", events }),
  state: (next) => {
    state = next;
    broadcast({ kind: "state", state });
  },
});

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  tabs.set(port, { topics: [], seen: Date.now() });
  port.onmessage = (message: MessageEvent<ToWorker>) => hear(port, message.data);
  if (state) port.postMessage({ kind: "state", state } satisfies FromWorker);
});

setInterval(() => {
  const before = tabs.size;
  for (const [port, tab] of tabs) if (Date.now() - tab.seen > GONE_MS) tabs.delete(port);
  if (tabs.size !== before) stream.setTopics(union());
}, 60_000);

function hear(port: MessagePort, message: ToWorker): void {
  if (message.kind === "bye") {
    tabs.delete(port);
    stream.setTopics(union());
    return;
  }
  const known = tabs.get(port);
  const tab = known ?? { topics: [], seen: 0 };
  tab.seen = Date.now();
  tabs.set(port, tab);
  if (message.kind === "topics") {
    const added = message.topics.some((topic) => !tab.topics.includes(topic));
    tab.topics = message.topics;
    // A tab that joins a topic others have needs its present state too.
    stream.setTopics(union(), added);
  } else if (message.kind === "retry") stream.retry();
}

function union(): Set<string> {
  return new Set([...tabs.values()].flatMap((tab) => tab.topics));
}

function broadcast(message: FromWorker): void {
  for (const port of tabs.keys()) port.postMessage(message);
}

import type { FromWorker, LiveEvent, StreamState, ToWorker } from "./protocol";
import { StreamConnection } from "./stream";

type Sink = {
  events: (events: LiveEvent[]) => void;
  state: (state: StreamState) => void;
};

/** The way to the stream: through the browser's shared worker, or a stream of this page's own. */
export type Transport = {
  setTopics: (topics: string[]) => void;
  retry: () => void;
  close: () => void;
};

const PING_MS = 20_000;

/** Opens the best way this browser has. */
export function openTransport(sink: Sink): Transport {
  if (typeof SharedWorker === "undefined") return ownStream(sink);
  try {
    return sharedStream(sink);
  } catch {
    return ownStream(sink);
  }
}

function sharedStream(sink: Sink): Transport {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "proctor-live",
  });
  let topics: string[] = [];
  let fallback: Transport | null = null;
  const say = (message: ToWorker) => worker.port.postMessage(message);
  const onHide = () => say({ kind: "bye" });
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) say({ kind: "topics", topics });
  };
  const ping = setInterval(() => say({ kind: "ping" }), PING_MS);

  worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (fallback) return;
    if (data.kind === "events") sink.events(data.events);
    else sink.state(data.state);
  };
  worker.onerror = () => {
    if (fallback) return;
    fallback = ownStream(sink);
    fallback.setTopics(topics);
  };
  addEventListener("pagehide", onHide);
  addEventListener("pageshow", onShow);

  return {
    setTopics: (next) => {
      topics = next;
      if (fallback) fallback.setTopics(next);
      else say({ kind: "topics", topics: next });
    },
    retry: () => (fallback ? fallback.retry() : say({ kind: "retry" })),
    close: () => {
      clearInterval(ping);
      removeEventListener("pagehide", onHide);
      removeEventListener("pageshow", onShow);
      say({ kind: "bye" });
      worker.port.close();
      fallback?.close();
    },
  };
}

/** A page that is hidden gives its connection back, for others may need it. */
function ownStream(sink: Sink): Transport {
  const stream = new StreamConnection(sink);
  let topics: string[] = [];
  const onVisibility = () => {
    if (document.hidden) stream.close();
    else stream.setTopics(topics, true);
  };
  document.addEventListener("visibilitychange", onVisibility);
  return {
    setTopics: (next) => {
      topics = next;
      if (!document.hidden) stream.setTopics(next);
    },
    retry: () => stream.retry(),
    close: () => {
      document.removeEventListener("visibilitychange", onVisibility);
      stream.close();
    },
  };
}

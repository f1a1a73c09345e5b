import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveEvent, StreamState } from "./protocol";
import { StreamConnection } from "./stream";

type Opened = {
  topics: string | null;
  cursor: string | null;
  send: (text: string) => void;
  fail: () => void;
};

let opened: Opened[];
let events: LiveEvent[];
let states: StreamState[];
let down: boolean;
let stream: StreamConnection;

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  events = [];
  states = [];
  down = false;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    if (down) throw new TypeError("connection refused");
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (each) => {
        controller = each;
      },
    });
    init.signal?.addEventListener("abort", () => controller?.error(new Error("aborted")));
    opened.push({
      topics: new URL(url).searchParams.get("topics"),
      cursor: new Headers(init.headers).get("last-event-id"),
      send: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      fail: () => controller?.error(new Error("gone")),
    });
    return new Response(body);
  });
  stream = new StreamConnection(
    { events: (some) => events.push(...some), state: (state) => states.push(state) },
    "http://test/api/v1/stream",
  );
});
afterEach(() => {
  stream.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const last = () => opened.at(-1);

describe("the stream", () => {
  it("asks for its topics and tells what comes", async () => {
    stream.setTopics(["runs", "environments"]);
    await settle();
    expect(last()).toMatchObject({ topics: "environments,runs", cursor: null });
    last()?.send('event: log\ndata: {"run_id":1,"lines":2,"bytes":3,"complete":false}\n\n');
    await settle();
    expect(events).toEqual([
      { type: "log", data: { run_id: 1, lines: 2, bytes: 3, complete: false } },
    ]);
    expect(states.at(-1)).toMatchObject({ open: true });
  });

  it("goes on after a break where it was", async () => {
    stream.setTopics(["runs"]);
    await settle();
    last()?.send("id: 7-12\n\n");
    await settle();
    last()?.fail();
    await settle();
    expect(states.at(-1)).toMatchObject({ open: false });
    await settle(1000);
    expect(opened).toHaveLength(2);
    expect(last()?.cursor).toBe("7-12");
    expect(events).toEqual([]);
  });

  it("tells that things may have been missed when it comes back without a cursor", async () => {
    stream.setTopics(["runs"]);
    await settle();
    last()?.fail();
    await settle(1000);
    expect(events).toEqual([{ type: "reset" }]);
  });

  it("starts afresh for more topics, and not for fewer", async () => {
    stream.setTopics(["runs"]);
    await settle();
    last()?.send("id: 7-12\n\n");
    stream.setTopics(["runs", "run:7"]);
    await settle();
    expect(last()).toMatchObject({ topics: "run:7,runs", cursor: null });
    stream.setTopics(["runs"]);
    await settle();
    expect(opened).toHaveLength(2);
  });

  it("waits longer after each failure, and not at all when it is told to try", async () => {
    down = true;
    stream.setTopics(["runs"]);
    await settle(60_000);
    down = false;
    stream.retry();
    await settle();
    expect(opened).toHaveLength(1);
    expect(states.at(-1)).toMatchObject({ open: true });
  });

  it("takes a connection for dead that says nothing for three keep-alives", async () => {
    stream.setTopics(["runs"]);
    await settle();
    await settle(44_000);
    expect(opened).toHaveLength(1);
    await settle(3000);
    expect(opened).toHaveLength(2);
  });

  it("leaves out what it does not know", async () => {
    stream.setTopics(["runs"]);
    await settle();
    last()?.send("event: novelty\ndata: {}\n\nevent: run\ndata: no json\n\n");
    await settle();
    expect(events).toEqual([]);
  });
});

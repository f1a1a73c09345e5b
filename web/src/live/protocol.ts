import type {
  Environment,
  EnvironmentGone,
  LogChange,
  Run,
  TestChange,
  TestsChange,
  UsageChange,
} from "~/api/types";

/** One change as the stream tells it. Applying one twice is harmless. `reset` means: what you have may be old. */
export type LiveEvent =
  | { type: "run"; data: Run }
  | { type: "test"; data: TestChange }
  | { type: "log"; data: LogChange }
  | { type: "usage"; data: UsageChange }
  | { type: "environment"; data: Environment | EnvironmentGone }
  | { type: "tests"; data: TestsChange }
  | { type: "reset" };

/** Whether the stream is open, and since when it is not. */
export type StreamState = { open: boolean; since: number };

export type ToWorker =
  | { kind: "topics"; topics: string[] }
  | { kind: "ping" }
  | { kind: "retry" }
  | { kind: "bye" };

export type FromWorker =
  | { kind: "events"; events: LiveEvent[] }
  | { kind: "state"; state: StreamState };

const TYPES = new Set(["run", "test", "log", "usage", "environment", "tests", "reset"]);

/** An event of the stream, or null for one that this page does not know yet. */
export function toLiveEvent(type: string, data: string): LiveEvent | null {
  if (!TYPES.has(type)) return null;
  if (type === "reset") return { type: "reset" };
  try {
    return { type, data: JSON.parse(data) } as LiveEvent;
  } catch {
    return null;
  }
}

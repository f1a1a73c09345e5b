import { answer, client } from "./client";
import type { NewRun, RunDetail } from "./types";

/** Asks for a run. The key makes a repeated request harmless: it is answered with the first one's run. */
export function createRun(body: NewRun, idempotencyKey: string): Promise<RunDetail> {
  const params = { header: { "Idempotency-Key": idempotencyKey } };
  return answer(client.POST("/api/v1/runs", { params, body }));
}

/** Asks a run to stop. It is cancelled only when it says so itself. */
export function cancelRun(id: number, by: string): Promise<RunDetail> {
  const body = by ? { requester: by } : {};
  return answer(client.POST("/api/v1/runs/{id}/cancel", { params: { path: { id } }, body }));
}

export type Again = "all" | "failed";

/** Asks for the same run again, or for its failed test cases only. */
export function rerunRun(id: number, what: Again, by: string): Promise<RunDetail> {
  const body = { failed_only: what === "failed", ...(by ? { requester: by } : {}) };
  return answer(client.POST("/api/v1/runs/{id}/rerun", { params: { path: { id } }, body }));
}

import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { Worker } from "./types";

/** Workers prove that they live about so often, and no event tells that. */
const HEARTBEAT_MS = 3000;

/** Who executes runs, on all hosts. */
export const workersQuery = queryOptions({
  queryKey: ["workers"] as const,
  queryFn: async ({ signal }): Promise<Worker[]> =>
    (await answer(client.GET("/api/v1/workers", { signal }))).items,
  refetchInterval: HEARTBEAT_MS,
});

/** Lets a worker finish what it has and take nothing more. */
export function drainWorker(id: number): Promise<Worker> {
  return answer(client.POST("/api/v1/workers/{id}/drain", { params: { path: { id } } }));
}

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import { toProblem } from "./problem";
import { keys } from "./queries";
import type { Artifact, RunState } from "./types";

export type HistoryQuestion = {
  nodeid: string;
  environment?: number | undefined;
  cursor?: string | undefined;
};

/** How a test case ended in finished runs, newest first; what it seems to be is told with every page. */
export const historyQuery = ({ nodeid, environment, cursor }: HistoryQuestion) =>
  queryOptions({
    queryKey: ["history", nodeid, environment ?? null, cursor ?? null] as const,
    queryFn: ({ signal }) => {
      const query = {
        nodeid,
        ...(environment === undefined ? {} : { environment }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      return answer(client.GET("/api/v1/history", { params: { query }, signal }));
    },
    staleTime: 10_000,
  });

/** Two to four runs beside each other; `states` says what of them the answer could know. */
export const comparisonQuery = (runs: readonly number[], states: string) =>
  queryOptions({
    queryKey: ["comparison", runs.join(","), states] as const,
    queryFn: ({ signal }) =>
      answer(
        client.GET("/api/v1/compare", { params: { query: { runs: runs.join(",") } }, signal }),
      ),
  });

/** A run and its reruns; `known` changes with what the run says of them. */
export const rerunsQuery = (id: number, known: string) =>
  queryOptions({
    queryKey: [...keys.run(id), "reruns", known] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/runs/{id}/reruns", { params: { path: { id } }, signal })),
    placeholderData: keepPreviousData,
  });

/** The tests that cost most attention in the last days. */
export const leaderboardsQuery = (days: number) =>
  queryOptions({
    queryKey: ["history", "leaderboards", days] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/history/leaderboards", { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** What a run uses over time; the stream adds to it. */
export const usageQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.run(id), "usage"] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/runs/{id}/usage", { params: { path: { id } }, signal })),
  });

/** The files that the tests of a run left; `known` grows while more may come. */
export const artifactsQuery = (id: number, known: string) =>
  queryOptions({
    queryKey: [...keys.run(id), "artifacts", known] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      const page = await answer(client.GET("/api/v1/runs/{id}/artifacts", { params, signal }));
      return page.items;
    },
    placeholderData: keepPreviousData,
  });

/** What a leak hunt found; it may be there before the run has ended. */
export const leakQuery = (id: number, state: RunState) =>
  queryOptions({
    queryKey: [...keys.run(id), "leak", state] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/runs/{id}/leak", { params: { path: { id } }, signal })),
    retry: false,
  });

/** Where one of these files is; the steps of its name stay steps of the address. */
export function artifactAddress(id: number, name: string): string {
  return `/api/v1/runs/${id}/artifacts/${name.split("/").map(encodeURIComponent).join("/")}`;
}

/** The beginning of a text that a test left, and whether that is all of it. */
export const artifactTextQuery = (id: number, { name, size, modified_at: at }: Artifact) =>
  queryOptions({
    queryKey: [...keys.run(id), "artifact", name, size, at] as const,
    queryFn: ({ signal }) => beginningOf(artifactAddress(id, name), signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** A browser draws no more of a text in good time. */
const MOST_BYTES = 512 * 1024;

/** Reads a text until it ends or is long enough, and leaves the rest with the server. */
async function beginningOf(address: string, signal: AbortSignal) {
  const response = await fetch(new URL(address, globalThis.location.origin), { signal }).catch(
    (cause) => {
      throw signal.aborted ? cause : toProblem(cause);
    },
  );
  if (!response.ok) throw toProblem(await response.json().catch(() => null), response.status);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (reader && bytes < MOST_BYTES) {
    const { value, done } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
  }
  // Nothing waits for the server to hear of it.
  reader?.cancel().catch(() => undefined);
  return { text, whole: false };
}

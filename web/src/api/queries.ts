import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { overEnvironments, overRun, overRuns } from "~/live/apply";
import type { RunFilters } from "~/model/runFilters";
import { answer, client } from "./client";
import { toProblem } from "./problem";
import type { LogLines, NewRun, Page, Run } from "./types";

export const PAGE_SIZE = 100;

export const keys = {
  runs: ["runs"] as const,
  run: (id: number) => ["run", id] as const,
  environments: ["environments"] as const,
  tests: ["tests"] as const,
};

/** A list of runs, page by page. */
export const runsQuery = (filters: RunFilters, limit = PAGE_SIZE) =>
  infiniteQueryOptions({
    queryKey: [...keys.runs, filters, limit] as const,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<Page<Run>> => {
      const since = Date.now();
      const query = { ...filters, limit, ...(pageParam ? { cursor: pageParam } : {}) };
      const page = await answer(client.GET("/api/v1/runs", { params: { query }, signal }));
      return { ...page, items: overRuns(page.items, since) };
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
  });

export const runQuery = (id: number) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: async ({ signal }) => {
      const since = Date.now();
      const run = await answer(
        client.GET("/api/v1/runs/{id}", { params: { path: { id } }, signal }),
      );
      return overRun(run, since);
    },
  });

export const environmentsQuery = queryOptions({
  queryKey: keys.environments,
  queryFn: async ({ signal }) => {
    const since = Date.now();
    const page = await answer(client.GET("/api/v1/environments", { signal }));
    return overEnvironments(page.items, since);
  },
});

/** What would happen if this run were asked for. `turn` changes with what is ahead of it. */
export const previewQuery = (body: NewRun, turn: string) =>
  queryOptions({
    queryKey: ["preview", body, turn] as const,
    queryFn: ({ signal }) => answer(client.POST("/api/v1/runs/preview", { body, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });

/** One level of the tests root. */
export const directoryQuery = (path: string) =>
  queryOptions({
    queryKey: [...keys.tests, "directory", path] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/tests", { params: { query: { path } }, signal })),
    staleTime: 10_000,
  });

/** The files of the whole tests root whose name contains `q`. */
export const fileSearchQuery = (q: string) =>
  queryOptions({
    queryKey: [...keys.tests, "search", q] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/tests", { params: { query: { q } }, signal })),
    staleTime: 10_000,
  });

/** The test cases of one file. */
export const casesQuery = (path: string) =>
  queryOptions({
    queryKey: [...keys.tests, "cases", path] as const,
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/tests/cases", { params: { query: { path } }, signal })),
    staleTime: 10_000,
  });

/** The text of a file, now or as an earlier version. */
export const fileTextQuery = (path: string, sha256?: string) =>
  queryOptions({
    queryKey: [...keys.tests, "source", path, sha256 ?? null] as const,
    queryFn: async ({ signal }): Promise<string> => {
      const query = { path, ...(sha256 ? { sha256 } : {}) };
      return answer(
        client.GET("/api/v1/tests/source", { params: { query }, signal, parseAs: "text" }),
      );
    },
    staleTime: 10_000,
  });

/** What was done to a file through Proctor, newest first. */
export const fileChangesQuery = (path: string) =>
  queryOptions({
    queryKey: [...keys.tests, "changes", path] as const,
    queryFn: async ({ signal }) => {
      const query = { path, limit: 50 };
      return (await answer(client.GET("/api/v1/tests/changes", { params: { query }, signal })))
        .items;
    },
    staleTime: 10_000,
  });

/** One page of a run's test cases. */
export function fetchTests(id: number, cursor: string | null, signal?: AbortSignal) {
  const query = { limit: 200, ...(cursor ? { cursor } : {}) };
  return answer(client.GET("/api/v1/runs/{id}/tests", { params: { path: { id }, query }, signal }));
}

/** One page of a run's failures, with what each seems to be. */
export function fetchFailures(id: number, cursor: string | null, signal?: AbortSignal) {
  const query = { outcome: "failed,error,lost", limit: 200, ...(cursor ? { cursor } : {}) };
  return answer(client.GET("/api/v1/runs/{id}/tests", { params: { path: { id }, query }, signal }));
}

/** Lines of a run's log, from the first number on. */
export async function fetchLines(
  id: number,
  from: number,
  count: number,
  signal?: AbortSignal,
): Promise<LogLines> {
  const params = { path: { id }, query: { from_line: from, count } };
  const lines = await answer(client.GET("/api/v1/runs/{id}/log", { params, signal }));
  // The same address answers with text when no lines are asked for.
  if (typeof lines === "string") throw toProblem(null, 200);
  return lines;
}

export type LogQuestion = { q: string; regex: boolean; case: boolean; from_line?: number };

/** The numbers of the log's lines that match. */
export function searchLog(id: number, question: LogQuestion, signal?: AbortSignal) {
  return answer(
    client.GET("/api/v1/runs/{id}/log/search", {
      params: { path: { id }, query: question },
      signal,
    }),
  );
}

/** A file as it was when the run was asked for. */
export const sourceQuery = (id: number, path: string) =>
  queryOptions({
    queryKey: [...keys.run(id), "source", path] as const,
    queryFn: ({ signal }): Promise<string> => {
      const params = { path: { id, path } };
      const call = client.GET("/api/v1/runs/{id}/sources/{path}", {
        params,
        signal,
        parseAs: "text",
        // The steps of the path stay steps of the address.
        pathSerializer: (pattern, values) =>
          pattern
            .replace("{id}", String(values.id))
            .replace("{path}", String(values.path).split("/").map(encodeURIComponent).join("/")),
      });
      return answer(call);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** One test case whole, where the stream sent its long texts cut. */
export const testQuery = (id: number, number: number) =>
  queryOptions({
    queryKey: [...keys.run(id), "test", number] as const,
    queryFn: async ({ signal }) => {
      const params = { path: { id }, query: { number: String(number) } };
      const page = await answer(client.GET("/api/v1/runs/{id}/tests", { params, signal }));
      return page.items[0] ?? null;
    },
  });

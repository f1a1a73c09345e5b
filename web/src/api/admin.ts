import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import { keys } from "./queries";
import type { FileChange, Page, Readiness } from "./types";

/** What the server needs to do its work. It tells what is missing with 503, which is an answer here. */
export const readinessQuery = queryOptions({
  queryKey: ["readiness"] as const,
  queryFn: ({ signal }): Promise<Readiness> =>
    answer(
      client.GET("/readyz", { signal }).then(({ data, error, response }) => {
        const told = data ?? (error && "checks" in error ? error : undefined);
        return told ? { data: told, response: new Response() } : { error, response };
      }),
    ),
});

/** What was done to all test files through Proctor, page by page, newest first. */
export const allChangesQuery = infiniteQueryOptions({
  queryKey: [...keys.tests, "all changes"] as const,
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }): Promise<Page<FileChange>> => {
    const query = { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) };
    return answer(client.GET("/api/v1/tests/changes", { params: { query }, signal }));
  },
  getNextPageParam: (page) => page.next_cursor ?? null,
});

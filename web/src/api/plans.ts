import { queryOptions } from "@tanstack/react-query";
import { answer, client, done } from "./client";
import type { NewPlan, NewTemplate, Page, Plan, Template } from "./types";

/** Enough for every team; the service gives at most this many at once. */
const PAGE = 200;

/** All test plans, the newest last. */
export const plansQuery = queryOptions({
  queryKey: ["plans"] as const,
  queryFn: ({ signal }): Promise<Plan[]> =>
    everyPage((cursor) =>
      answer(
        client.GET("/api/v1/plans", {
          params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    ),
});

/** All templates by name. */
export const templatesQuery = queryOptions({
  queryKey: ["templates"] as const,
  queryFn: ({ signal }): Promise<Template[]> =>
    everyPage((cursor) =>
      answer(
        client.GET("/api/v1/templates", {
          params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    ),
});

async function everyPage<T>(page: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const next: Page<T> = await page(cursor);
    all.push(...next.items);
    cursor = next.next_cursor ?? null;
  } while (cursor);
  return all;
}

/** Saves a test plan: a new one without a number, else the content of that one. */
export function savePlan(id: number | null, body: NewPlan): Promise<Plan> {
  if (id === null) return answer(client.POST("/api/v1/plans", { body }));
  return answer(client.PUT("/api/v1/plans/{id}", { params: { path: { id } }, body }));
}

export function deletePlan(id: number): Promise<void> {
  return done(client.DELETE("/api/v1/plans/{id}", { params: { path: { id } } }));
}

/** Saves a template: a new one without an old name, else the content (and perhaps the name) of that one. */
export function saveTemplate(name: string | null, body: NewTemplate): Promise<Template> {
  if (name === null) return answer(client.POST("/api/v1/templates", { body }));
  return answer(client.PUT("/api/v1/templates/{name}", { params: { path: { name } }, body }));
}

export function deleteTemplate(name: string): Promise<void> {
  return done(client.DELETE("/api/v1/templates/{name}", { params: { path: { name } } }));
}

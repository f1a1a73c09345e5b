import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client, done } from "./client";
import { keys } from "./queries";
import type { Comment, NewComment } from "./types";

/** All comments on a run and on its tests; `known` is how many the run is said to have. */
export const commentsQuery = (id: number, known: number) =>
  queryOptions({
    queryKey: [...keys.run(id), "comments", known] as const,
    queryFn: async ({ signal }): Promise<Comment[]> => {
      const items: Comment[] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor && { cursor }) };
        const params = { path: { id }, query };
        const page: { items: Comment[]; next_cursor?: string | null } = await answer(
          client.GET("/api/v1/runs/{id}/comments", { params, signal }),
        );
        items.push(...page.items);
        cursor = page.next_cursor ?? null;
      } while (cursor);
      return items;
    },
    enabled: known > 0,
    placeholderData: keepPreviousData,
  });

export function createComment(id: number, body: NewComment): Promise<Comment> {
  return answer(client.POST("/api/v1/runs/{id}/comments", { params: { path: { id } }, body }));
}

export function deleteComment(id: number, comment: number): Promise<void> {
  const params = { path: { id, comment } };
  return done(client.DELETE("/api/v1/runs/{id}/comments/{comment}", { params }));
}

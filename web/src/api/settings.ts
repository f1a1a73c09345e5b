import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, client } from "./client";

/** What the server offers and takes; that stays as it is until it is started anew, and then the page is loaded anew. */
export const settingsQuery = queryOptions({
  queryKey: ["settings"] as const,
  queryFn: ({ signal }) => answer(client.GET("/api/v1/settings", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The most that fields may take; the service itself refuses what is beyond. */
export function useLimits() {
  return useQuery(settingsQuery).data?.limits;
}

import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";

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

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTopic } from "~/live/live";
import { runsQuery } from "./queries";
import type { Run } from "./types";

/** The runs that wait for any free environment, the next of them first. */
export function useWaitingAnywhere(): readonly Run[] {
  useTopic("runs");
  const { data, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(
    runsQuery({ state: "queued" }, 200),
  );
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter((run) => run.environment === null && run.state === "queued")
        .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0) || a.id - b.id),
    [data],
  );
}

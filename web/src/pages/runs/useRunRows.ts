import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { runsQuery } from "~/api/queries";
import type { Page, Run } from "~/api/types";
import type { RunFilters } from "~/model/runFilters";
import { flatRows, groupRows, holdRows, type Row } from "./rows";

const ACTIVE_LIMIT = 200;

/** The rows for these filters, grouped or in one list, and how to get more. */
export function useRunRows(filters: RunFilters, grouped: boolean) {
  const states = filters.state?.split(",") ?? ["queued", "running", "finished"];
  const activeStates = states.filter((state) => state !== "finished");
  const wantsActive = grouped && activeStates.length > 0 && !filters.outcome;
  const wantsFinished = grouped && states.includes("finished");

  const active = useInfiniteQuery({
    ...runsQuery({ ...filters, state: activeStates.join(",") }, ACTIVE_LIMIT),
    enabled: wantsActive,
  });
  const finished = useInfiniteQuery({
    ...runsQuery({ ...filters, state: "finished" }),
    enabled: wantsFinished,
  });
  const all = useInfiniteQuery({ ...runsQuery(filters), enabled: !grouped });
  const used = grouped
    ? [...(wantsActive ? [active] : []), ...(wantsFinished ? [finished] : [])]
    : [all];

  // All that is on now is shown: whatever does not fit one page is fetched at once.
  const { hasNextPage, isFetching, fetchNextPage } = active;
  useEffect(() => {
    if (wantsActive && hasNextPage && !isFetching) void fetchNextPage();
  }, [wantsActive, hasNextPage, isFetching, fetchNextPage]);

  const activeSource = useSource(active.data, hasNextPage, wantsActive);
  const finishedSource = useSource(finished.data, finished.hasNextPage, wantsFinished);
  const allSource = useSource(all.data, all.hasNextPage, !grouped);
  const rows = useMemo(
    () => (allSource ? flatRows(allSource) : groupRows(activeSource, finishedSource)),
    [allSource, activeSource, finishedSource],
  );

  const tail = grouped ? finished : all;
  return {
    rows,
    loading: used.some((query) => query.isPending),
    error: used.find((query) => query.isError && !query.data)?.error ?? null,
    refetch: () => void Promise.all(used.map((query) => query.refetch())),
    more: tail.hasNextPage,
    loadMore: () => {
      if (tail.hasNextPage && !tail.isFetchingNextPage) void tail.fetchNextPage();
    },
  };
}

function useSource(data: InfiniteData<Page<Run>> | undefined, more: boolean, wanted: boolean) {
  return useMemo(
    () => (wanted ? { runs: data?.pages.flatMap((page) => page.items) ?? [], more } : null),
    [data, more, wanted],
  );
}

/** Holds the rows' places while `holding`; `release` shows what came meanwhile. */
export function useHeldRows(now: Row[], holding: boolean, filterKey: string) {
  const [held, setHeld] = useState<{ rows: Row[]; filterKey: string } | null>(null);
  const latest = useRef(now);
  latest.current = now;
  const filled = now.length > 0;
  useEffect(() => {
    setHeld(holding && filled ? { rows: latest.current, filterKey } : null);
  }, [holding, filled, filterKey]);
  const shown =
    held && held.filterKey === filterKey ? holdRows(held.rows, now) : { rows: now, fresh: 0 };
  return {
    ...shown,
    release: () => setHeld(holding ? { rows: latest.current, filterKey } : null),
  };
}

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { environmentsQuery } from "~/api/queries";
import { useWaitingAnywhere } from "~/api/useWaitingAnywhere";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useTopic } from "~/live/live";
import { loadOf } from "~/model/environments";
import { count, formatNumber } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { KEYS, useRemembered } from "~/platform/remembered";
import { useUser } from "~/shell/useUser";
import classes from "./RunsPage.module.css";
import { RunsTable } from "./RunsTable";
import { SearchBox } from "./SearchBox";
import { SelectionBar } from "./SelectionBar";
import { isFiltered, type RunsSearch, toFilters } from "./search";
import { knownValues } from "./suggestions";
import { Display, SaveView, SelectButton } from "./Tools";
import { useRunKeys } from "./useRunKeys";
import { useHeldRows, useRunRows } from "./useRunRows";
import { ViewTabs } from "./ViewTabs";
import { builtInViews, useSavedViews } from "./views";

const route = getRouteApi("/runs");

/** All runs, live: what is on now, what waits, how it ended. */
export function RunsPage() {
  useTopic("runs");
  useTitle("Runs · Proctor");
  const search = route.useSearch();
  const navigate = useNavigate();
  const [user] = useUser();
  // Beside the pages of the sidebar a table has no room long before the screen is a phone's.
  const phone = useMediaQuery("(max-width: 859px)", false, { getInitialValueInEffect: false });
  const [grouping, setGrouping] = useRemembered(KEYS.grouping);
  const grouped = grouping !== "off" && search.sort !== "oldest";
  const { data: environments } = useQuery(environmentsQuery);
  const load = environments ? loadOf(environments) : null;
  const anywhere = useWaitingAnywhere();
  const saved = useSavedViews();
  const views = useMemo(() => builtInViews(user), [user]);

  const filterKey = JSON.stringify([search, grouped]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: "today" is the day on which the search was made.
  const filters = useMemo(() => toFilters(search, Date.now()), [filterKey]);
  const list = useRunRows(filters, grouped);
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(false);
  const [pointed, setPointed] = useState(false);
  const [chosen, setChosen] = useState(false);
  const [picking, setPicking] = useState(false);
  const held = scrolled || pointed || chosen;
  const { rows, fresh, release } = useHeldRows(list.rows, held, filterKey);
  const runs = useMemo(() => rows.flatMap((row) => (row.type === "run" ? [row.run] : [])), [rows]);
  const keys = useRunKeys(runs);
  useEffect(
    () => setChosen(keys.current !== null || keys.selected.size > 0),
    [keys.current, keys.selected],
  );

  // Asked for when something is typed: what there is changes with every run.
  const seen = useRef({ runs, environments, user });
  seen.current = { runs, environments, user };
  const known = useCallback(() => {
    const { runs, environments, user } = seen.current;
    return knownValues(runs, environments ?? [], user);
  }, []);
  const onSearch = useCallback(
    (next: RunsSearch) => void navigate({ to: "/runs", search: next }),
    [navigate],
  );
  const showFresh = () => {
    scroller.current?.scrollTo({ top: 0 });
    release();
  };

  return (
    <div className={classes.page}>
      <PageHead
        title="Runs"
        actions={
          <>
            {fresh > 0 && (
              <button type="button" className={classes.fresh} onClick={showFresh}>
                <IconArrowUp size={14} stroke={2} aria-hidden />
                {count(fresh, "new run")}
              </button>
            )}
            {load && (
              <span className={classes.load}>
                {formatNumber(load.running)} running, {formatNumber(load.queued + anywhere.length)}{" "}
                queued
              </span>
            )}
          </>
        }
      >
        <ViewTabs
          search={search}
          builtIn={views}
          saved={saved.views}
          running={load?.running ?? null}
          onRemove={saved.remove}
        />
      </PageHead>
      <div className={classes.toolbar}>
        <SearchBox search={search} known={known} onChange={onSearch} />
        {isFiltered(search) && (
          <SaveView
            taken={views.map((view) => view.name)}
            onSave={(name) => saved.save({ name, search })}
          />
        )}
        <Display
          grouped={grouped}
          sort={search.sort}
          onGrouped={(on) => {
            setGrouping(on ? "" : "off");
            if (on) onSearch({ ...search, sort: undefined } as RunsSearch);
          }}
          onSort={(sort) => onSearch({ ...search, sort } as RunsSearch)}
        />
        {phone && (
          <SelectButton
            picking={picking || keys.selected.size > 0}
            onPicking={(on) => {
              setPicking(on);
              keys.selectNone();
            }}
          />
        )}
      </div>
      {rows.length > 0 ? (
        <RunsTable
          rows={rows}
          phone={phone ?? false}
          selected={keys.selected}
          picking={picking}
          current={keys.current}
          scroller={scroller}
          more={list.more}
          onMore={list.loadMore}
          onSelect={keys.select}
          onFocus={keys.focus}
          onScrolled={setScrolled}
          onPointer={setPointed}
        />
      ) : (
        <div className={classes.rest}>
          <Nothing list={list} search={search} onClear={() => onSearch({})} />
        </div>
      )}
      <SelectionBar
        runs={runs.filter((run) => keys.selected.has(run.id))}
        onClear={() => {
          setPicking(false);
          keys.selectNone();
        }}
      />
    </div>
  );
}

type NothingProps = {
  list: ReturnType<typeof useRunRows>;
  search: RunsSearch;
  onClear: () => void;
};

function Nothing({ list, search, onClear }: NothingProps) {
  if (list.error) return <Failure error={list.error} onRetry={list.refetch} />;
  if (list.loading) return <SkeletonRows rows={18} label="Loading runs" />;
  if (isFiltered(search)) {
    const { sort: _, ...chips } = search;
    const words = Object.entries(chips).map(([key, value]) =>
      key === "q" ? `“${value}”` : `${key}:${value}`,
    );
    return (
      <Empty title="No run matches" action={<Button onClick={onClear}>Clear filters</Button>}>
        {words.length === 1 ? "The filter is" : "The filters are"} {words.join(", ")}.
      </Empty>
    );
  }
  return (
    <Empty
      title="No run yet"
      action={
        <Button component={Link} to="/runs/new">
          New run
        </Button>
      }
    >
      Choose an environment and some tests. The run appears here and moves while it goes on.
    </Empty>
  );
}

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { runQuery } from "~/api/queries";
import { comparisonQuery } from "~/api/results";
import type { Comparison } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useTitle } from "~/platform/favicon";
import classes from "./ComparePage.module.css";
import { CompareTable } from "./CompareTable";
import { Differences } from "./Differences";
import { Filters } from "./Filters";
import { MoreRuns } from "./MoreRuns";
import { RunsBar } from "./RunsBar";
import { countChanges, named, rowsOf } from "./rows";
import { type CompareSearch, numbersOf, turn } from "./search";

const route = getRouteApi("/compare");

/** Two to four runs beside each other: what changed from the first to the last, and what was different. */
export function ComparePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useMemo(() => numbersOf(search.runs), [search.runs]);
  useTitle(`${runs.length > 1 ? `Compare ${runs.join(", ")}` : "Compare runs"} · Proctor`);
  const change = (next: CompareSearch, replace = true) => void navigate({ search: next, replace });
  const setRuns = (next: readonly number[]) =>
    change({ ...search, runs: next.join(",") || undefined } as CompareSearch, false);
  return (
    <div className={classes.page}>
      <PageHead title="Compare">
        <RunsBar runs={runs} onChange={setRuns} />
      </PageHead>
      {runs.length < 2 ? (
        <div className={classes.rest}>
          <MoreRuns runs={runs} onAdd={(id) => setRuns([...runs, id].sort((a, b) => a - b))} />
        </div>
      ) : (
        <Compared runs={runs} search={search} onChange={change} />
      )}
    </div>
  );
}

type ComparedProps = {
  runs: readonly number[];
  search: CompareSearch;
  onChange: (search: CompareSearch) => void;
};

function Compared({ runs, search, onChange }: ComparedProps) {
  const details = useQueries({ queries: runs.map((id) => runQuery(id)) });
  // A run that ends has more to compare: its state is a part of the question, which waits until it is known.
  const states = details.map(({ data }) => data?.outcome ?? data?.state ?? "").join(",");
  const { data, error, refetch } = useQuery({
    ...comparisonQuery(runs, states),
    enabled: details.every(({ isPending }) => !isPending),
    placeholderData: keepPreviousData,
  });
  const fits = data && data.runs.join(",") === runs.join(",");
  if (!fits) {
    return (
      <div className={classes.rest}>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows rows={16} label="Loading the comparison" />
        )}
      </div>
    );
  }
  return <Answer data={data} search={search} onChange={onChange} />;
}

type AnswerProps = {
  data: Comparison;
  search: CompareSearch;
  onChange: (search: CompareSearch) => void;
};

function Answer({ data, search, onChange }: AnswerProps) {
  const counts = useMemo(() => countChanges(data.items), [data.items]);
  const shown = useMemo(() => named(data.items, search.q), [data.items, search.q]);
  const rows = useMemo(() => rowsOf(shown, search), [shown, search]);
  return (
    <div className={classes.body}>
      <div className={classes.main}>
        <Filters counts={counts} total={data.items.length} search={search} onChange={onChange} />
        <CompareTable
          runs={data.runs}
          rows={rows}
          total={data.items.length}
          onTurn={(change) => onChange(turn(search, change))}
          onClear={() => onChange({ runs: data.runs.join(",") })}
        />
      </div>
      <Differences data={data} />
    </div>
  );
}

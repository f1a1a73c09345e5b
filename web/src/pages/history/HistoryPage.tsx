import { Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { environmentsQuery } from "~/api/queries";
import { historyQuery } from "~/api/results";
import type { History } from "~/api/types";
import { CopyButton } from "~/components/copy/CopyButton";
import { Failure } from "~/components/failure/Failure";
import { Evidence, TestLabel } from "~/components/label/TestLabel";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useTitle } from "~/platform/favicon";
import { HistoryFigures } from "./HistoryFigures";
import classes from "./HistoryPage.module.css";
import { Leaderboards, USUAL_DAYS } from "./Leaderboards";
import { NoResults } from "./Nothing";
import { ResultsTable } from "./ResultsTable";
import { Strip } from "./Strip";
import type { HistorySearch } from "./search";
import { TestSearch } from "./TestSearch";

const route = getRouteApi("/history");

/** A test over many runs: how reliable it is, how long it takes, and what its last failure seems to be. */
export function HistoryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle(search.nodeid ? `${search.nodeid} · History · Proctor` : "History · Proctor");
  const go = (next: HistorySearch) => void navigate({ search: next });
  return (
    <div className={classes.page}>
      <PageHead title="History">
        <TestSearch
          key={search.nodeid ?? ""}
          nodeid={search.nodeid ?? ""}
          onChoose={(nodeid) => go({ ...withoutCursor(search), nodeid })}
        />
      </PageHead>
      <div className={classes.body}>
        {search.nodeid ? (
          <OfTest nodeid={search.nodeid} search={search} onChange={go} />
        ) : (
          <Leaderboards
            days={search.days ? Number(search.days) : USUAL_DAYS}
            onDays={(days) => go(days === USUAL_DAYS ? {} : { days: String(days) })}
          />
        )}
      </div>
    </div>
  );
}

type OfTestProps = {
  nodeid: string;
  search: HistorySearch;
  onChange: (search: HistorySearch) => void;
};

function OfTest({ nodeid, search, onChange }: OfTestProps) {
  const environment = search.environment ? Number(search.environment) : undefined;
  const { data, error, refetch } = useQuery({
    ...historyQuery({ nodeid, environment }),
    // The figures of another environment stay until those of this one are there, never those of another test.
    placeholderData: (before, query) =>
      query?.queryKey[1] === nodeid ? keepPreviousData(before) : undefined,
  });
  return (
    <>
      <header className={classes.test}>
        <h2 className={classes.nodeid}>{nodeid}</h2>
        <CopyButton text={nodeid} label="Copy the nodeid" />
        <EnvironmentFilter
          value={search.environment ?? null}
          onChange={(next) => onChange(next ? { nodeid, environment: next } : { nodeid })}
        />
      </header>
      {data ? (
        <Results data={data} search={search} onChange={onChange} />
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={8} label="Loading the history" />
      )}
    </>
  );
}

function Results({
  data,
  search,
  onChange,
}: {
  data: History;
  search: HistorySearch;
  onChange: (search: HistorySearch) => void;
}) {
  if (data.items.length === 0) {
    return (
      <NoResults
        nodeid={data.nodeid}
        environment={search.environment}
        onEverywhere={() => onChange({ nodeid: data.nodeid })}
      />
    );
  }
  return (
    <>
      {data.label && (
        <p className={classes.verdict}>
          <TestLabel label={data.label} />
          <Evidence why={data.why} nodeid={data.nodeid} />
        </p>
      )}
      <HistoryFigures data={data} />
      <Strip data={data} />
      <ResultsTable first={data} search={search} onPage={onChange} />
    </>
  );
}

function EnvironmentFilter({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (value: string | null) => void;
}) {
  const { data: environments } = useQuery(environmentsQuery);
  const options = useMemo(
    () =>
      (environments ?? []).map(({ id, name }) => ({ value: String(id), label: `${id} ${name}` })),
    [environments],
  );
  return (
    <Select
      className={classes.environment}
      aria-label="Environment"
      placeholder="All environments"
      data={options}
      value={value}
      onChange={onChange}
      searchable
      clearable
      nothingFoundMessage="No environment by this name"
      maxDropdownHeight={280}
      clearButtonProps={{ "aria-label": "All environments" }}
    />
  );
}

function withoutCursor({ cursor: _, ...search }: HistorySearch): HistorySearch {
  return search;
}

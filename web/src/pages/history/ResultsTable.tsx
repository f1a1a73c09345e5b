import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { environmentsQuery } from "~/api/queries";
import { historyQuery } from "~/api/results";
import type { History, HistoryItem } from "~/api/types";
import { EnvironmentName } from "~/components/environment/EnvironmentName";
import { Failure } from "~/components/failure/Failure";
import { StateIcon } from "~/components/state/State";
import table from "~/components/table/Table.module.css";
import { Tag } from "~/components/tag/Tag";
import { Ago } from "~/components/time/Time";
import { fileChanged } from "~/model/history";
import { TEST_WORDS } from "~/model/run";
import { testDuration } from "~/model/time";
import { capital } from "~/model/words";
import classes from "./ResultsTable.module.css";
import type { HistorySearch } from "./search";

type Props = { first: History; search: HistorySearch; onPage: (search: HistorySearch) => void };

/** Every result, newest first, a page at a time. The next page is asked for with this one: its newest result tells whether
 * the file of our oldest one had changed. */
export function ResultsTable({ first, search, onPage }: Props) {
  const { nodeid } = first;
  const environment = search.environment ? Number(search.environment) : undefined;
  const older = useQuery({
    ...historyQuery({ nodeid, environment, cursor: search.cursor }),
    enabled: search.cursor !== undefined,
    placeholderData: keepPreviousData,
  });
  const page = search.cursor === undefined ? first : (older.data ?? null);
  const next = page?.next_cursor ?? undefined;
  const { data: after } = useQuery({
    ...historyQuery({ nodeid, environment, cursor: next }),
    enabled: next !== undefined,
  });
  const names = useNames();
  if (!page) {
    return older.error ? (
      <Failure error={older.error} onRetry={() => void older.refetch()} compact />
    ) : null;
  }
  const paged = search.cursor !== undefined || next !== undefined;
  const { cursor: _, ...newest } = search;
  return (
    <section aria-label="Results">
      <table className={`${table.table} ${classes.table}`}>
        <thead>
          <tr>
            <th className={classes.outcome}>Outcome</th>
            <th className={classes.run}>Run</th>
            <th className={classes.environment}>Environment</th>
            <th className={classes.file}>File</th>
            <th className={classes.when}>Ended</th>
            <th className={classes.duration}>Duration</th>
          </tr>
        </thead>
        <tbody>
          {page.items.map((item, at) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: a run may hold a test twice.
              key={`${item.run_id}-${at}`}
              item={item}
              before={page.items[at + 1] ?? (next ? after?.items[0] : null)}
              nodeid={nodeid}
              name={names.get(item.environment) ?? ""}
            />
          ))}
        </tbody>
      </table>
      {paged && (
        <nav className={classes.pages} aria-label="Pages of results">
          <Button disabled={search.cursor === undefined} onClick={() => onPage(newest)}>
            Newest
          </Button>
          <Button
            disabled={next === undefined}
            onClick={() => onPage(next ? { ...search, cursor: next } : search)}
          >
            Older
          </Button>
        </nav>
      )}
    </section>
  );
}

type RowProps = {
  item: HistoryItem;
  /** The result before it; null when it is the first of all, undefined while nobody knows. */
  before: HistoryItem | null | undefined;
  nodeid: string;
  name: string;
};

function Row({ item, before, nodeid, name }: RowProps) {
  return (
    <tr className={`${table.row} ${classes.row}`}>
      <td>
        <span className={`${table.state} ${classes.state}`} data-outcome={item.outcome}>
          <StateIcon status={item.outcome} />
          {capital(TEST_WORDS[item.outcome])}
        </span>
      </td>
      <td>
        <Link
          to="/runs/$id"
          params={{ id: String(item.run_id) }}
          search={{ test: nodeid }}
          className={`mono ${classes.link}`}
          aria-label={`Run ${item.run_id}`}
        >
          {item.run_id}
        </Link>
      </td>
      <td className={classes.environment}>
        <EnvironmentName
          run={{ environment: { id: item.environment, name }, environment_any: null }}
        />
      </td>
      <td className={classes.file}>
        <FileCell item={item} before={before} />
      </td>
      <td className={classes.when}>
        <Ago at={item.at} />
      </td>
      <td className={classes.duration}>
        {typeof item.duration_ms === "number" ? testDuration(item.duration_ms) : ""}
      </td>
    </tr>
  );
}

function FileCell({ item, before }: Pick<RowProps, "item" | "before">) {
  const short = item.sha256 ? item.sha256.slice(0, 8) : null;
  if (!short) return <span title="Its bytes are not on record">not known</span>;
  if (before === null) return <span title={`SHA-256 ${item.sha256}`}>first</span>;
  const changed = fileChanged(item, before);
  return (
    <span title={`SHA-256 ${item.sha256}`}>
      {changed ? (
        <Tag>changed</Tag>
      ) : changed === false ? (
        "same"
      ) : (
        <span className="mono">{short}</span>
      )}
    </span>
  );
}

/** The names of the environments by their numbers. */
function useNames(): ReadonlyMap<number, string> {
  const { data } = useQuery(environmentsQuery);
  return useMemo(() => new Map(data?.map(({ id, name }) => [id, name] as const)), [data]);
}

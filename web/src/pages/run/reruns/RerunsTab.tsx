import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { rerunsQuery } from "~/api/results";
import type { RerunChain, RunDetail } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { StateIcon } from "~/components/state/State";
import { useTopic } from "~/live/live";
import { STATUS_WORDS, statusOf, TEST_WORDS } from "~/model/run";
import { absolute } from "~/model/time";
import { count } from "~/model/words";
import info from "../RunInfo.module.css";
import classes from "./RerunsTab.module.css";

type Item = RerunChain["items"][number];

const BECAME: Record<Item["became"], string> = {
  fixed: "passes now",
  failing: "still fails",
  not_rerun: "not run again",
};

/** The run and its reruns as one: what failed first, and what it did in each of them. */
export function RerunsTab({ run }: { run: RunDetail }) {
  // The stream tells of a run's reruns, and here also of theirs and of its siblings.
  useTopic("runs");
  const { data, error, refetch } = useQuery(
    rerunsQuery(run.id, `${run.state} ${run.reruns.join()}`),
  );
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Loading the reruns" />;
  return (
    <div className={info.info}>
      <p className={classes.sum}>{sumOf(data)}</p>
      <div className={classes.scroll}>
        <table className={classes.table} aria-label="What became of the failures">
          <thead>
            <tr>
              <th scope="col">Failed in run {data.runs[0]?.id}</th>
              {data.runs.map((each) => (
                <th key={each.id} scope="col" aria-current={each.id === run.id || undefined}>
                  <RunOfChain id={each.id} run={each} />
                </th>
              ))}
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((item) => (
              <Row key={item.nodeid} item={item} runs={data.runs} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function RunOfChain({ id, run }: { id: number; run: RerunChain["runs"][number] }) {
  const status = statusOf(run);
  return (
    <Link
      to="/runs/$id"
      params={{ id: String(id) }}
      search={{ tab: "reruns" }}
      className={classes.run}
      title={`${STATUS_WORDS[status]}, asked for ${absolute(run.created_at)} by ${run.requester}`}
    >
      <StateIcon status={status} size={14} />
      <span className="visually-hidden">{STATUS_WORDS[status]}</span>
      {id}
    </Link>
  );
}

function Row({ item, runs }: { item: Item; runs: RerunChain["runs"] }) {
  return (
    <tr>
      <th scope="row">
        <PathName path={item.nodeid} />
      </th>
      {item.outcomes.map((outcome, at) => {
        const id = runs[at]?.id ?? 0;
        return (
          <td key={id}>
            {outcome ? (
              <Link
                to="/runs/$id"
                params={{ id: String(id) }}
                search={{ test: item.nodeid }}
                className={classes.outcome}
                aria-label={`${TEST_WORDS[outcome]} in run ${id}`}
              >
                <StateIcon status={outcome} size={14} />
                <span className={classes.word}>{TEST_WORDS[outcome]}</span>
              </Link>
            ) : (
              <span className={classes.none}>not run</span>
            )}
          </td>
        );
      })}
      <td className={classes.became} data-became={item.became}>
        {BECAME[item.became]}
      </td>
    </tr>
  );
}

/** `5 tests failed in run 7: 3 pass now, 1 still fails, 1 was not run again.` */
function sumOf({ runs, items }: RerunChain): string {
  const first = runs[0]?.id ?? 0;
  if (items.length === 0) return `No test failed in run ${first}.`;
  const of = (became: Item["became"]) => items.filter((item) => item.became === became).length;
  const parts = [
    [of("fixed"), "passes now", "pass now"],
    [of("failing"), "still fails", "still fail"],
    [of("not_rerun"), "was not run again", "were not run again"],
  ] as const;
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => count(number, one, many));
  return `${count(items.length, "test", "tests")} failed in run ${first}: ${told.join(", ")}.`;
}

import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { leaderboardsQuery } from "~/api/results";
import type { Leader } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { percent } from "~/model/history";
import { testDuration } from "~/model/time";
import { count } from "~/model/words";
import classes from "./Leaderboards.module.css";
import { NoTest } from "./Nothing";

const SPANS = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "14", label: "14 days" },
  { value: "90", label: "90 days" },
];

export const USUAL_DAYS = 14;

type Props = { days: number; onDays: (days: number) => void };

/** The tests that cost most attention, before one is chosen. */
export function Leaderboards({ days, onDays }: Props) {
  const { data, error, refetch } = useQuery(leaderboardsQuery(days));
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={8} label="Loading the leaderboards" />;
  const nothing = data.slowest.length === 0 && data.failing.length === 0;
  if (nothing && days === USUAL_DAYS) return <NoTest />;
  return (
    <>
      <div className={classes.span}>
        <SegmentedControl
          aria-label="Runs that ended in the last"
          data={SPANS}
          value={String(days)}
          onChange={(value) => onDays(Number(value))}
        />
      </div>
      <Board
        title="Flakiest"
        note="turned between good and bad with nothing changed"
        leaders={data.flakiest}
        none="No test wavered."
        figure={({ flips }) => count(flips ?? 0, "turn", "turns")}
      />
      <Board
        title="Most failing"
        note="failures of all results"
        leaders={data.failing}
        none="No test failed."
        figure={({ failed, results }) => `${failed} of ${results}, ${percent(failed / results)}`}
      />
      <Board
        title="Slowest"
        note="mean duration, and the longest"
        leaders={data.slowest}
        none="No test has run."
        figure={({ mean_ms, longest_ms }) =>
          `${testDuration(mean_ms ?? 0)}, at most ${testDuration(longest_ms)}`
        }
      />
    </>
  );
}

type BoardProps = {
  title: string;
  note: string;
  none: string;
  leaders: readonly Leader[];
  figure: (leader: Leader) => string;
};

function Board({ title, note, none, leaders, figure }: BoardProps) {
  return (
    <section className={classes.board} aria-label={title}>
      <div className={classes.head}>
        <h2>{title}</h2>
        <span className={classes.quiet}>{note}</span>
      </div>
      {leaders.length === 0 ? (
        <p className={classes.quiet}>{none}</p>
      ) : (
        <ol>
          {leaders.map((leader) => (
            <li key={leader.nodeid} className={classes.leader}>
              <Link to="/history" search={{ nodeid: leader.nodeid }} className={classes.link}>
                <PathName path={leader.nodeid} />
              </Link>
              <span className={classes.figure}>{figure(leader)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

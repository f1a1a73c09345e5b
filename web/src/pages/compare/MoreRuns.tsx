import { useInfiniteQuery } from "@tanstack/react-query";
import { runsQuery } from "~/api/queries";
import type { Run } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { PathName } from "~/components/path/PathName";
import { StateMark } from "~/components/state/State";
import { Ago } from "~/components/time/Time";
import { titleOf } from "~/model/run";
import { AddRun } from "./AddRun";
import classes from "./MoreRuns.module.css";

type Props = { runs: readonly number[]; onAdd: (id: number) => void };

/** Asks for the runs that are missing: by number, or one of the last that have ended. */
export function MoreRuns({ runs, onAdd }: Props) {
  const { data } = useInfiniteQuery(runsQuery({ state: "finished" }, 20));
  const last = data?.pages[0]?.items.filter(({ id }) => !runs.includes(id)).slice(0, 15) ?? [];
  const [first] = runs;
  return (
    <>
      <Empty
        title={
          first === undefined ? "Compare two to four runs" : `Compare run ${first} with which?`
        }
        action={<AddRun wide taken={runs} onAdd={onAdd} />}
      >
        Give a number and press Enter, choose one below, or select rows in Runs and press Compare.
      </Empty>
      {last.length > 0 && (
        <section className={classes.last} aria-label="Runs that ended last">
          <h2 className={classes.title}>Ended last</h2>
          <ul>
            {last.map((run) => (
              <li key={run.id}>
                <Choice run={run} onAdd={onAdd} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Choice({ run, onAdd }: { run: Run; onAdd: (id: number) => void }) {
  return (
    <button type="button" className={classes.run} onClick={() => onAdd(run.id)}>
      <StateMark run={run} />
      <span className="mono">{run.id}</span>
      <PathName path={titleOf(run)} />
      <span className={classes.where}>{run.environment?.id ?? "any"}</span>
      <Ago at={run.finished_at ?? run.created_at} className={classes.when} />
    </button>
  );
}

import { useRouter } from "@tanstack/react-router";
import { memo } from "react";
import type { Run } from "~/api/types";
import { Check } from "~/components/check/Check";
import { EnvironmentName } from "~/components/environment/EnvironmentName";
import { StateMark } from "~/components/state/State";
import { Ago, Elapsed } from "~/components/time/Time";
import { titleOf } from "~/model/run";
import { HowFar, What } from "./RunFacts";
import classes from "./RunsTable.module.css";

export type RunRowProps = {
  run: Run;
  selected: boolean;
  current: boolean;
  selecting: boolean;
  onSelect: (id: number, range: boolean) => void;
};

/** One run as a row of the table. The link spans the row, so that it opens in a new tab like any link. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, selected, current, selecting, onSelect } = props;
  return (
    <div
      role="row"
      className={classes.row}
      data-current={current || undefined}
      data-selected={selected || undefined}
      data-selecting={selecting || undefined}
    >
      <div role="cell" className={classes.check}>
        <Check
          label={`Select run ${run.id}`}
          checked={selected}
          onToggle={(range) => onSelect(run.id, range)}
        />
      </div>
      <div role="cell">
        <StateMark run={run} />
      </div>
      <div role="cell" className="mono">
        <RunLink run={run} />
      </div>
      <div role="cell" className={classes.whatCell}>
        <What run={run} />
      </div>
      <div role="cell" className={classes.environment}>
        <EnvironmentName run={run} />
      </div>
      <div role="cell" className={classes.requester} title={run.requester}>
        {run.requester}
      </div>
      <div role="cell" className={classes.progress}>
        <HowFar run={run} />
      </div>
      <div role="cell" className={classes.created}>
        <Ago at={run.created_at} />
      </div>
      <div
        role="cell"
        className={classes.duration}
        data-running={run.state === "running" || undefined}
      >
        <Elapsed run={run} />
      </div>
    </div>
  );
});

/** The same run as a card, for a phone. */
export const RunCard = memo(function RunCard(props: RunRowProps) {
  const { run, selected, selecting, onSelect } = props;
  return (
    <div
      role="row"
      className={classes.card}
      data-selected={selected || undefined}
      data-selecting={selecting || undefined}
    >
      {selecting && (
        <div role="cell" className={classes.cardCheck}>
          <Check
            label={`Select run ${run.id}`}
            checked={selected}
            onToggle={() => onSelect(run.id, false)}
          />
        </div>
      )}
      <div role="cell" className={classes.cardLine}>
        <StateMark run={run} />
        <span className={`mono ${classes.quiet}`}>
          <RunLink run={run} />
        </span>
        <span className={classes.duration} data-running={run.state === "running" || undefined}>
          {run.state === "queued" ? <Ago at={run.created_at} /> : <Elapsed run={run} />}
        </span>
      </div>
      <div role="cell" className={classes.cardLine}>
        <What run={run} />
      </div>
      <div role="cell" className={classes.cardLine}>
        <HowFar run={run} />
        <span className={classes.cardWhere}>
          <EnvironmentName run={run} />
          <span className={classes.requester}>{run.requester}</span>
        </span>
      </div>
    </div>
  );
});

/** A plain link: the router's own costs more than the rest of the row. */
function RunLink({ run }: { run: Run }) {
  const router = useRouter();
  const open = (event: React.MouseEvent) => {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (elsewhere || event.button !== 0) return;
    event.preventDefault();
    void router.navigate({ to: "/runs/$id", params: { id: String(run.id) } });
  };
  return (
    <a
      href={`/runs/${run.id}`}
      className={classes.link}
      data-run={run.id}
      aria-label={`Run ${run.id}, ${titleOf(run)}`}
      onClick={open}
    >
      {run.id}
    </a>
  );
}

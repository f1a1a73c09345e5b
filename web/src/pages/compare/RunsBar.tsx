import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsExchange, IconChevronRight, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { runQuery } from "~/api/queries";
import { StateIcon } from "~/components/state/State";
import { useTopic } from "~/live/live";
import { STATUS_WORDS, shareOf, statusOf, titleOf } from "~/model/run";
import { AddRun } from "./AddRun";
import classes from "./RunsBar.module.css";
import { MOST_RUNS } from "./search";

type Props = { runs: readonly number[]; onChange: (runs: readonly number[]) => void };

/** The compared runs, first to last; one can be taken out, added, or all turned round. */
export function RunsBar({ runs, onChange }: Props) {
  return (
    <div className={classes.bar} role="group" aria-label="Compared runs">
      {runs.map((id, at) => (
        <Fragment key={id}>
          {at > 0 && <IconChevronRight size={14} className={classes.arrow} aria-hidden />}
          <RunChip id={id} onRemove={() => onChange(runs.filter((each) => each !== id))} />
        </Fragment>
      ))}
      {runs.length > 1 && (
        <Tooltip label="Compare the other way round">
          <ActionIcon
            aria-label="Compare the other way round"
            onClick={() => onChange([...runs].reverse())}
          >
            <IconArrowsExchange size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      )}
      {runs.length > 1 && runs.length < MOST_RUNS && (
        <AddRun taken={runs} onAdd={(id) => onChange([...runs, id])} />
      )}
    </div>
  );
}

function RunChip({ id, onRemove }: { id: number; onRemove: () => void }) {
  useTopic(`run:${id}`);
  const { data: run } = useQuery(runQuery(id));
  const status = run ? statusOf(run) : null;
  return (
    <span className={classes.chip} title={run ? titleOf(run) : undefined}>
      {!run && <span className={classes.awaited} />}
      {run && status && (
        <>
          <StateIcon status={status} share={shareOf(run.progress)} size={14} />
          <span className="visually-hidden">{STATUS_WORDS[status]}</span>
        </>
      )}
      <Link to="/runs/$id" params={{ id: String(id) }} className="mono">
        {id}
      </Link>
      <button
        type="button"
        className={classes.remove}
        aria-label={`Take run ${id} out`}
        onClick={onRemove}
      >
        <IconX size={12} stroke={2} aria-hidden />
      </button>
    </span>
  );
}

import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runQuery, runsQuery } from "~/api/queries";
import type { Environment } from "~/api/types";
import { ProgressBar } from "~/components/progress/ProgressBar";
import { StateIcon } from "~/components/state/State";
import { Tag } from "~/components/tag/Tag";
import { Ago, Elapsed } from "~/components/time/Time";
import { useTopic } from "~/live/live";
import { stateInWords } from "~/model/environments";
import { badOf, doneOf, shareOf, statusOf, titleOf } from "~/model/run";
import { formatNumber } from "~/model/words";
import { useInkButton } from "~/shell/ink";
import classes from "./EnvironmentsPage.module.css";

type Props = { environment: Environment; onClose: () => void };

/** One environment: what runs, who waits, what ran last. */
export function Inspector({ environment, onClose }: Props) {
  useTopic("runs");
  useInkButton(true);
  const { id, name, description, labels, holder, queue, variables } = environment;
  const recent = useInfiniteQuery(runsQuery({ environment: String(id), state: "finished" }, 8)).data
    ?.pages[0]?.items;
  return (
    <aside className={classes.inspector} aria-label={`Environment ${id}`}>
      <div className={classes.inspectorHead}>
        <h2>
          <b>{id}</b> {name}
        </h2>
        <ActionIcon aria-label="Close" onClick={onClose}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      <p className={classes.quiet}>{description || stateInWords(environment)}</p>
      {labels.length > 0 && (
        <p className={classes.tags}>
          {labels.map((label) => (
            <Tag key={label}>{label}</Tag>
          ))}
        </p>
      )}
      <Button
        renderRoot={(props) => (
          <Link to="/runs/new" search={{ environment: String(id) }} {...props} />
        )}
        variant="filled"
        fullWidth
        className={classes.runHere}
      >
        Run here
      </Button>
      {holder?.run_id && (
        <section>
          <h3>Running now</h3>
          <Current id={holder.run_id} />
        </section>
      )}
      {queue.length > 0 && (
        <section>
          <h3>
            Queue <span className={classes.quiet}>{queue.length} waiting</span>
          </h3>
          <ol>
            {queue.runs.slice(0, 12).map((run, index) => (
              <li key={run} className={classes.line}>
                <span className={classes.quiet}>{index + 1}</span>
                <RunLine id={run} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {recent && recent.length > 0 && (
        <section>
          <h3>Recent</h3>
          <ul>
            {recent.map((run) => (
              <li key={run.id} className={classes.line}>
                <StateIcon status={statusOf(run)} />
                <Link to="/runs/$id" params={{ id: String(run.id) }} className="mono">
                  {run.id}
                </Link>
                <span className={classes.lineTitle} title={titleOf(run)}>
                  {titleOf(run)}
                </span>
                <Ago at={run.finished_at ?? run.created_at} className={classes.quiet} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {Object.keys(variables).length > 0 && (
        <section>
          <h3>Variables</h3>
          <ul className={classes.variables}>
            {Object.entries(variables).map(([key, value]) => (
              <li key={key}>
                {key}={value ?? "•••••• secret"}
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

function Current({ id }: { id: number }) {
  const { data: run } = useQuery(runQuery(id));
  if (!run) return null;
  const bad = badOf(run.progress);
  return (
    <Link to="/runs/$id" params={{ id: String(id) }} className={classes.current}>
      <span className={classes.line}>
        <StateIcon status={statusOf(run)} share={shareOf(run.progress)} />
        <span className="mono">{id}</span>
        <span className={classes.lineTitle}>{titleOf(run)}</span>
        <span className={classes.tileTime}>
          <Elapsed run={run} />
        </span>
      </span>
      <ProgressBar progress={run.progress} tall />
      <span className={classes.line}>
        <span>
          {formatNumber(doneOf(run.progress))} / {formatNumber(run.progress.collected)}
        </span>
        {bad > 0 && <b className={classes.bad}>{formatNumber(bad)} failed</b>}
        <span className={classes.who}>{run.requester}</span>
      </span>
    </Link>
  );
}

function RunLine({ id }: { id: number }) {
  const { data: run } = useQuery(runQuery(id));
  return (
    <>
      <Link to="/runs/$id" params={{ id: String(id) }} className="mono">
        {id}
      </Link>
      <span className={classes.lineTitle}>{run ? titleOf(run) : ""}</span>
      <span className={classes.quiet}>{run?.requester}</span>
    </>
  );
}

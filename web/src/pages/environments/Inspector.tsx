import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runQuery, runsQuery } from "~/api/queries";
import type { Environment, Run } from "~/api/types";
import { ProgressBar } from "~/components/progress/ProgressBar";
import { StateIcon } from "~/components/state/State";
import { Tag } from "~/components/tag/Tag";
import { Ago, Elapsed } from "~/components/time/Time";
import { useTopic } from "~/live/live";
import { stateInWords } from "~/model/environments";
import { badOf, doneOf, STATUS_WORDS, shareOf, statusOf, titleOf } from "~/model/run";
import { absolute, moment } from "~/model/time";
import { formatNumber } from "~/model/words";
import { useNow } from "~/platform/clock";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";
import { Actions } from "./Actions";
import classes from "./EnvironmentsPage.module.css";
import own from "./Inspector.module.css";

type Props = {
  environment: Environment;
  /** Labels of all environments, to choose from. */
  known: readonly string[];
  /** Runs that wait for any environment, of which this may be the one. */
  anywhere: readonly Run[];
  onClose: () => void;
};

/** Of each queue that many runs are shown. */
const MOST_SHOWN = 12;

/** One environment: what runs, who waits, what ran last. */
export function Inspector({ environment, known, anywhere, onClose }: Props) {
  useTopic("runs");
  useInkButton(true);
  useShortcuts({ escape: onClose });
  const { id, name, description, labels, holder, queue, variables } = environment;
  const { maintenance, reservation, network } = environment;
  const recent = useInfiniteQuery(runsQuery({ environment: String(id), state: "finished" }, 50))
    .data?.pages[0]?.items;
  return (
    <aside className={classes.inspector} aria-label={`Environment ${id}`}>
      <div className={classes.inspectorHead}>
        <h2>
          <b>{id}</b> <span className={own.name}>{name}</span>
        </h2>
        <ActionIcon aria-label="Close" onClick={onClose}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      <p className={own.description}>{description || stateInWords(environment)}</p>
      {labels.length > 0 && (
        <p className={classes.tags}>
          {labels.map((label) => (
            <Tag key={label}>{label}</Tag>
          ))}
        </p>
      )}
      <Actions environment={environment} labels={known} onGone={onClose} />
      {maintenance !== null && (
        <section>
          <h3>Maintenance</h3>
          <p className={own.maintenance}>{maintenance}</p>
        </section>
      )}
      {reservation && (
        <section>
          <h3>{reservation.since === null ? "Reserved after the present run" : "Reserved"}</h3>
          <p className={own.reservation}>
            <b>{reservation.person}</b> until <Moment at={reservation.until} />
            <span className={own.reason}>{reservation.reason}</span>
          </p>
        </section>
      )}
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
            {queue.runs.slice(0, MOST_SHOWN).map((run, index) => (
              <li key={run} className={classes.line}>
                <span className={classes.quiet}>{index + 1}</span>
                <RunLine id={run} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {anywhere.length > 0 && (
        <section>
          <h3>
            Wait for any <span className={classes.quiet}>{anywhere.length} waiting</span>
          </h3>
          <ul>
            {anywhere.slice(0, MOST_SHOWN).map((run) => (
              <li key={run.id} className={classes.line}>
                <RunLine id={run.id} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {recent && recent.length > 0 && (
        <section>
          <h3>Recent</h3>
          <ul>
            {recent.slice(0, 6).map((run) => (
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
      {recent && recent.length > 6 && <Strip runs={recent} />}
      {network === "none" && (
        <section>
          <h3>Network</h3>
          <p className={classes.quiet}>Tests reach only themselves, unless a run says otherwise.</p>
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

/** How the last runs ended, the newest at the right. */
function Strip({ runs }: { runs: readonly Run[] }) {
  const passed = runs.filter(({ outcome }) => outcome === "passed").length;
  return (
    <section>
      <h3>
        Last {runs.length} runs <span className={classes.quiet}>{passed} passed</span>
      </h3>
      <div className={own.strip} aria-hidden="true">
        {runs.toReversed().map((run) => {
          const bad = run.outcome === "failed" || run.outcome === "error";
          const other = !bad && run.outcome !== "passed";
          return (
            <span
              key={run.id}
              className={own.cell}
              title={`${run.id} ${STATUS_WORDS[statusOf(run)].toLowerCase()}`}
              data-bad={bad || undefined}
              data-other={other || undefined}
            />
          );
        })}
      </div>
    </section>
  );
}

/** A time to come, whole on hover. */
function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={absolute(at)}>
      {moment(at, now)}
    </time>
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

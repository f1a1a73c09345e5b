import { IconListCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { environmentsQuery } from "~/api/queries";
import type { RunDetail } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { Counts, partsOf } from "~/components/progress/Counts";
import { ProgressBar } from "~/components/progress/ProgressBar";
import { StateBadge } from "~/components/state/State";
import { Tag } from "~/components/tag/Tag";
import { Ago, Elapsed } from "~/components/time/Time";
import { anyOf, doneOf, environmentOf, hasName, isCancelling, shareOf, titleOf } from "~/model/run";
import { clockTime, inWords } from "~/model/time";
import { count, formatNumber, place } from "~/model/words";
import { useNow } from "~/platform/clock";
import classes from "./RunFacts.module.css";

type Props = { run: RunDetail };

/** What was asked for and how it stands. */
export function RunFacts({ run }: Props) {
  const more = run.targets.length - 1;
  const named = hasName(run);
  return (
    <section className={classes.facts} aria-label="Facts">
      <div className={classes.titleLine}>
        <StateBadge run={run} />
        <h1 className={classes.title} data-path={named ? undefined : true}>
          {named ? titleOf(run) : <PathName path={titleOf(run)} className={classes.path} />}
        </h1>
        <span className={classes.tags}>
          {!run.template && more > 0 && (
            <span title={run.targets.slice(1).join("\n")}>
              <Tag>+{formatNumber(more)} more</Tag>
            </span>
          )}
          {Object.entries(run.parameters).map(([name, value]) => (
            <Tag key={name} mono>
              {name}={value}
            </Tag>
          ))}
          {run.plans.map((plan) => (
            <Tag key={plan}>
              <IconListCheck size={12} aria-hidden /> {plan}
            </Tag>
          ))}
        </span>
      </div>
      <dl className={classes.list}>
        <Fact name="Environment">
          {run.environment ? (
            <>
              <b>{run.environment.id}</b> {run.environment.name}{" "}
              {run.environment_any && (
                <span className={classes.quiet}>{anyOf(run.environment_any)}</span>
              )}
            </>
          ) : (
            environmentOf(run)
          )}
        </Fact>
        <Fact name="Requester">{run.requester}</Fact>
        {run.started_at ? (
          <Fact name="Started">
            {clockTime(run.started_at)} <Ago at={run.started_at} className={classes.quiet} />
          </Fact>
        ) : (
          <Fact name="Created">
            {clockTime(run.created_at)} <Ago at={run.created_at} className={classes.quiet} />
          </Fact>
        )}
        {run.state === "queued" && <Queue run={run} />}
        {run.state === "running" && (
          <Fact name="Elapsed">
            <span className={classes.running}>
              <Elapsed run={run} />
            </span>
          </Fact>
        )}
        {run.state === "running" && run.estimated_end_at && (
          <Fact name="Ends">about {clockTime(run.estimated_end_at, "min")}</Fact>
        )}
        {run.state === "finished" && run.duration_ms !== null && (
          <Fact name="Duration">
            <Elapsed run={run} />
          </Fact>
        )}
        {run.state === "finished" && <Result run={run} />}
        {run.start_mode && (
          <Fact name="Start">
            <span title={run.start_mode_reason ?? undefined}>{run.start_mode}</span>
          </Fact>
        )}
        {run.attempt > 1 && <Fact name="Attempt">{run.attempt}</Fact>}
        {run.state === "finished" && <Reason run={run} />}
        {run.rerun_of !== null && (
          <Fact name="Rerun of">
            <RunLink id={run.rerun_of} />
          </Fact>
        )}
        {run.state === "running" && <Behind run={run} />}
      </dl>
      {isCancelling(run) && run.cancel && <Cancelling by={run.cancel.by} at={run.cancel.at} />}
      {run.note && <p className={classes.note}>{run.note}</p>}
      {run.pruned.length > 0 && (
        <p className={classes.note} data-pruned>
          {run.pruned.map(({ words }) => sentence(words)).join(" ")}
        </p>
      )}
      {run.state === "running" && <Bar run={run} />}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why it does not run yet: where it stands, who is ahead, when it starts. */
function Queue({ run }: { run: RunDetail }) {
  return (
    <>
      {run.position !== null && <Fact name="Position">{place(run.position)}</Fact>}
      {run.ahead.length > 0 && (
        <Fact name="Ahead">
          <span className={classes.ids}>
            {run.ahead.slice(0, 3).map((id) => (
              <RunLink key={id} id={id} />
            ))}
            {run.ahead.length > 3 && (
              <span className={classes.quiet}>and {run.ahead.length - 3} more</span>
            )}
          </span>
        </Fact>
      )}
      {run.waits_for && <Fact name="Waits for">{run.waits_for}</Fact>}
      {run.estimated_start_at && (
        <Fact name="Starts">about {clockTime(run.estimated_start_at, "min")}</Fact>
      )}
    </>
  );
}

function Result({ run: { progress } }: { run: RunDetail }) {
  if (partsOf(progress).length === 0) return null;
  return (
    <Fact name="Result">
      <Counts progress={progress} />
    </Fact>
  );
}

/** Why it ended so, where the counts do not say it. */
function Reason({ run: { reason, outcome } }: { run: RunDetail }) {
  if (!reason || outcome === "passed" || outcome === "failed") return null;
  return <Fact name="Reason">{reason}</Fact>;
}

/** Who waits until this run has ended. */
function Behind({ run }: { run: RunDetail }) {
  const { data: environments } = useQuery(environmentsQuery);
  const queue = environments?.find(({ id }) => id === run.environment?.id)?.queue;
  const [next] = queue?.runs ?? [];
  if (!queue || queue.length === 0) return null;
  return (
    <Fact name="Waiting behind">
      {queue.length}
      {next !== undefined && (
        <>
          <span className={classes.quiet}> next </span>
          <RunLink id={next} />
        </>
      )}
    </Fact>
  );
}

/** By then every step of ending a run is long done: asking, insisting, killing. */
const LATE_MS = 15_000;

/** What happens to a run that was cancelled. There is nothing to force: what does not end when asked is killed. */
function Cancelling({ by, at }: { by: string; at: string }) {
  const late = useNow() - Date.parse(at) > LATE_MS;
  return (
    <p className={classes.note}>
      <b>{by}</b> cancelled this run <Ago at={at} />.{" "}
      <span role="status">
        {late
          ? "It should have ended by now: the worker that executes it does not answer. The run ends by itself, and its environment is free, when the worker's lease has run out."
          : "The tests may tidy up for a few seconds; whatever then still runs is killed."}
      </span>
    </p>
  );
}

function Bar({ run }: { run: RunDetail }) {
  const { progress, estimated_end_at: end } = run;
  const now = useNow();
  const share = shareOf(progress);
  const done = doneOf(progress);
  const left = end ? Date.parse(end) - now : null;
  const right = [
    share === null ? null : `${Math.floor(share * 100)}%`,
    left !== null && left > 1000 ? `about ${inWords(left)} left` : null,
  ].filter(Boolean);
  return (
    <div className={classes.bar}>
      <ProgressBar progress={progress} running={done < progress.collected ? 1 : 0} tall />
      <div className={classes.barWords}>
        <span>
          {progress.collected > 0 ? (
            <>
              <b>{formatNumber(done)}</b> of {formatNumber(progress.collected)}
            </>
          ) : done > 0 ? (
            count(done, "test")
          ) : (
            "Collecting tests"
          )}
        </span>
        <Counts progress={progress} />
        <span className={classes.right}>{right.join(", ")}</span>
      </div>
    </div>
  );
}

/** Words of the service as a sentence. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

export function RunLink({ id }: { id: number }) {
  return (
    <Link to="/runs/$id" params={{ id: String(id) }} className="mono">
      {id}
    </Link>
  );
}

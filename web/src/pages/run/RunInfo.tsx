import { useQuery } from "@tanstack/react-query";
import { commentsQuery } from "~/api/comments";
import type { RunDetail } from "~/api/types";
import { CopyButton } from "~/components/copy/CopyButton";
import { Block, Pairs } from "~/components/facts/Facts";
import facts from "~/components/facts/Facts.module.css";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { StateIcon } from "~/components/state/State";
import { commandLine } from "~/model/command";
import { anyOf, environmentOf, STATUS_WORDS } from "~/model/run";
import { absolute, duration, inWords } from "~/model/time";
import { count, formatBytes, formatNumber } from "~/model/words";
import { Comments } from "./comments/Comments";
import { optionPairs } from "./options";
import { RunLink } from "./RunFacts";
import classes from "./RunInfo.module.css";

/** Everything that was asked for and everything that is known of how it ran. */
export function RunInfo({ run }: { run: RunDetail }) {
  // What stands below them would move.
  const { isLoading } = useQuery(commentsQuery(run.id, run.comments));
  if (isLoading) return <SkeletonRows label="Loading what is known" />;
  return (
    <div className={classes.info}>
      <Block title="Comments">
        <Comments run={run} nodeid={null} />
      </Block>
      <Block title="Asked for">
        <Pairs
          pairs={[
            [
              "Run",
              <span key="id" className="mono">
                {run.id}
              </span>,
            ],
            ["Requester", run.requester],
            ["Environment", environmentOf(run)],
            [
              "Asked for",
              run.environment && run.environment_any ? anyOf(run.environment_any) : null,
            ],
            ["Created", absolute(run.created_at)],
            ["Started", run.started_at ? absolute(run.started_at) : null],
            ["Finished", run.finished_at ? absolute(run.finished_at) : null],
            ["Duration", run.duration_ms !== null ? duration(run.duration_ms) : null],
            ["Reason", run.reason],
            ["Template", run.template],
            ["Test plans", run.plans.length > 0 ? run.plans.join(", ") : null],
            ["Rerun of", run.rerun_of === null ? null : <RunLink key="of" id={run.rerun_of} />],
            ...optionPairs(run.options),
            [
              "Note",
              run.note ? (
                <span key="note" className={classes.note}>
                  {run.note}
                </span>
              ) : null,
            ],
          ]}
        />
      </Block>
      {run.targets.length > 0 && (
        <Block title="Targets" note={formatNumber(run.targets.length)}>
          <ul className={classes.paths}>
            {run.targets.map((target) => (
              <li key={target}>
                <PathName path={target === "" ? "." : target} />
              </li>
            ))}
          </ul>
        </Block>
      )}
      <Named title="Parameters" values={run.parameters} />
      <Named title="Variables" values={run.variables} />
      {run.command.length > 0 && (
        <Block
          title="Command"
          note={<CopyButton text={commandLine(run.command)} label="Copy the command" word="Copy" />}
        >
          <pre className={classes.code}>{commandLine(run.command)}</pre>
        </Block>
      )}
      <Block title="How it ran">
        <Pairs
          pairs={[
            ["Start", run.start_mode],
            ["Why so", run.start_mode_reason],
            ["Isolation", run.isolation],
            ["Processor time", run.usage?.cpu_ms ? inWords(run.usage.cpu_ms) : null],
            [
              "Memory at most",
              run.usage?.memory_peak_bytes ? formatBytes(run.usage.memory_peak_bytes) : null,
            ],
            ["Log", `${count(run.log.lines, "line")}, ${formatBytes(run.log.bytes)}`],
          ]}
        />
        {run.attempts.length > 0 && (
          <ol className={classes.attempts}>
            {run.attempts.map((attempt) => (
              <li key={attempt.number} className={classes.attempt}>
                <StateIcon status={attempt.outcome ?? "running"} />
                <span>
                  Attempt {attempt.number},{" "}
                  {STATUS_WORDS[attempt.outcome ?? "running"].toLowerCase()}
                </span>
                <span className={facts.quiet}>
                  {absolute(attempt.started_at)} on {attempt.worker}
                </span>
                {attempt.reason && <span className={facts.quiet}>{attempt.reason}</span>}
              </li>
            ))}
          </ol>
        )}
      </Block>
      {run.sources.length > 0 && (
        <Block title="Sources" note="the bytes that ran, by their SHA-256">
          <ul className={classes.paths}>
            {run.sources.map(({ path, sha256 }) => (
              <li key={path} className={classes.source}>
                <PathName path={path} />
                <code className={facts.quiet} title={sha256}>
                  {sha256.slice(0, 12)}
                </code>
              </li>
            ))}
          </ul>
        </Block>
      )}
    </div>
  );
}

function Named({ title, values }: { title: string; values: Record<string, string> }) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <Block title={title}>
      <Pairs pairs={entries.map(([name, value]) => [name, <code key={name}>{value}</code>])} mono />
    </Block>
  );
}

import {
  IconFileCode,
  IconFlask2,
  IconFolder,
  IconListCheck,
  IconTemplate,
} from "@tabler/icons-react";
import type { Run } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { Counts } from "~/components/progress/Counts";
import { ProgressBar } from "~/components/progress/ProgressBar";
import { Tag } from "~/components/tag/Tag";
import { badOf, doneOf, hasName, kindOfTarget, titleOf, waitingShort } from "~/model/run";
import { formatNumber, place } from "~/model/words";
import { serverNow } from "~/platform/clock";
import classes from "./RunsTable.module.css";

const icon = { size: 16, stroke: 1.75, className: classes.whatIcon, "aria-hidden": true } as const;

/** What a run runs: its template, or "custom:" with its first target and how many more; and its plans. */
export function What({ run }: { run: Run }) {
  const more = run.targets.length - 1;
  return (
    <span className={classes.what}>
      <WhatIcon run={run} />
      {hasName(run) ? (
        <span className={`${classes.template} ${classes.name}`}>{titleOf(run)}</span>
      ) : (
        <>
          {run.plans.length === 0 && <span className={classes.custom}>custom:</span>}
          <PathName path={titleOf(run)} className={classes.name} />
        </>
      )}
      {!run.template && more > 0 && (
        <span className={classes.more} title={run.targets.slice(1).join("\n")}>
          +{formatNumber(more)} more
        </span>
      )}
      {run.plans.map((plan) => (
        <Tag key={plan}>
          <IconListCheck size={12} aria-hidden />
          <span className="visually-hidden">Test plan </span>
          {plan}
        </Tag>
      ))}
      {run.rerun_of !== null && <Tag>rerun of {run.rerun_of}</Tag>}
    </span>
  );
}

function WhatIcon({ run }: { run: Run }) {
  if (run.template) return <IconTemplate {...icon} />;
  const [first] = run.targets;
  if (first === undefined) return <IconListCheck {...icon} />;
  const kind = kindOfTarget(first);
  if (kind === "directory") return <IconFolder {...icon} />;
  return kind === "file" ? <IconFileCode {...icon} /> : <IconFlask2 {...icon} />;
}

/** How far, why not yet, or how it ended. */
export function HowFar({ run }: { run: Run }) {
  if (run.state === "queued") return <Waiting run={run} />;
  if (run.state === "running") return <Running run={run} />;
  const { outcome, reason, progress } = run;
  const explains = outcome !== "passed" && outcome !== "failed" && reason;
  // Where words say why it ended, only counts that are bad or all there is stand beside them.
  const told = doneOf(progress) > 0 && (!explains || outcome === "cancelled");
  const bad = badOf(progress);
  return (
    <span className={classes.howFar}>
      {told && <Counts progress={progress} />}
      {!told && bad > 0 && <span className={classes.bad}>{formatNumber(bad)} failed</span>}
      {explains && (
        <span className={classes.reason} title={reason}>
          {reason}
        </span>
      )}
      {!told && !explains && outcome === "no_tests" && "No tests collected"}
    </span>
  );
}

function Waiting({ run }: { run: Run }) {
  const where = run.position === null ? "" : place(run.position);
  const whole = run.waits_for ?? "";
  const why = waitingShort(run, serverNow());
  const ahead = /^run (\d+)(?: to end\b|, which was asked)/.exec(why)?.[1];
  return (
    <span className={classes.waiting} title={whole || undefined}>
      {where}
      {where && why && ", "}
      {ahead ? (
        <>
          after <span className="mono">{ahead}</span>
        </>
      ) : (
        why
      )}
    </span>
  );
}

function Running({ run: { progress } }: { run: Run }) {
  const done = doneOf(progress);
  const bad = badOf(progress);
  if (progress.collected === 0 && done === 0) {
    return <span className={classes.waiting}>Collecting tests</span>;
  }
  return (
    <span className={classes.howFar}>
      <ProgressBar progress={progress} />
      <span>
        {formatNumber(done)}
        {progress.collected > 0 && ` / ${formatNumber(progress.collected)}`}
      </span>
      {bad > 0 && <span className={classes.bad}>{formatNumber(bad)} failed</span>}
    </span>
  );
}

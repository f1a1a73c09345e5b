import type { Run } from "~/api/types";
import { absolute, duration, relative } from "~/model/time";
import { useNow } from "~/platform/clock";

/** A moment, told relative to now; the absolute one on hover. */
export function Ago({ at, className }: { at: string; className?: string | undefined }) {
  const now = useNow();
  return (
    <time dateTime={at} className={className} title={absolute(at)}>
      {relative(at, now)}
    </time>
  );
}

/** How long a run took, or takes so far: the figure ticks. */
export function Elapsed({ run }: { run: Pick<Run, "state" | "started_at" | "duration_ms"> }) {
  if (run.state === "running" && run.started_at) return <Ticking since={run.started_at} />;
  return run.duration_ms === null || run.duration_ms === undefined
    ? null
    : duration(run.duration_ms);
}

/** The time since a moment. */
export function Ticking({ since }: { since: string }) {
  const now = useNow();
  return <>{duration(now - Date.parse(since))}</>;
}

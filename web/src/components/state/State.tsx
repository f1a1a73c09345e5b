import {
  IconAlertTriangleFilled,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconCircleXFilled,
  IconClock,
  IconClockX,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import type { Run, TestOutcome } from "~/api/types";
import { isCancelling, STATUS_WORDS, type Status, shareOf, statusOf } from "~/model/run";
import { RunRing } from "./RunRing";
import classes from "./State.module.css";

type IconProps = { status: Status | TestOutcome; share?: number | null; size?: number };

/** The icon of a state or an outcome, in its colour. The word beside it says the same. */
export function StateIcon({ status, share = null, size = 16 }: IconProps) {
  const props = { size, stroke: 1.75, "aria-hidden": true } as const;
  return (
    <span className={classes.icon} data-status={status}>
      {icon()}
    </span>
  );

  function icon() {
    switch (status) {
      case "running":
        return <RunRing share={share} size={size} />;
      case "passed":
        return <IconCircleCheck {...props} />;
      case "failed":
        return <IconCircleXFilled {...props} />;
      case "error":
        return <IconAlertTriangleFilled {...props} />;
      case "timed_out":
        return <IconClockX {...props} />;
      case "lost":
        return <IconPlugConnectedX {...props} />;
      case "cancelled":
        return <IconBan {...props} />;
      case "xfailed":
        return <IconCircleX {...props} />;
      case "xpassed":
        return <IconCircleCheck {...props} />;
      case "no_tests":
      case "skipped":
        return <IconCircleDashed {...props} />;
      default:
        return <IconClock {...props} />;
    }
  }
}

type MarkProps = { run: Pick<Run, "state" | "outcome" | "progress" | "cancel"> };

/** Icon and word of a run's state, for a row. */
export function StateMark({ run }: MarkProps) {
  const status = statusOf(run);
  return (
    <span className={classes.mark} data-status={status}>
      <StateIcon status={status} share={shareOf(run.progress)} />
      {isCancelling(run) ? "Cancelling" : STATUS_WORDS[status]}
    </span>
  );
}

/** The same as a pill, for the head of a page. */
export function StateBadge({ run }: MarkProps) {
  const status = statusOf(run);
  return (
    <span className={classes.badge} data-status={status}>
      <StateIcon status={status} share={shareOf(run.progress)} />
      {isCancelling(run) ? "Cancelling" : STATUS_WORDS[status]}
    </span>
  );
}

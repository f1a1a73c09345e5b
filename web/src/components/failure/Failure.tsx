import { Button } from "@mantine/core";
import { IconCircleXFilled } from "@tabler/icons-react";
import { toProblem } from "~/api/problem";
import classes from "./Failure.module.css";

type Props = { error: unknown; onRetry?: () => void; compact?: boolean };

/** What went wrong, what to do next, and the request's id for whoever runs the server. */
export function Failure({ error, onRetry, compact = false }: Props) {
  const problem = toProblem(error);
  return (
    <div className={classes.failure} role="alert" data-compact={compact || undefined}>
      <IconCircleXFilled size={16} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <p className={classes.title}>{problem.message}</p>
        <p className={classes.next}>{nextStep(problem.status)}</p>
        {(onRetry || problem.requestId) && (
          <div className={classes.foot}>
            {onRetry && (
              <Button size="compact-sm" onClick={onRetry}>
                Try again
              </Button>
            )}
            {problem.requestId && (
              <span
                className={classes.id}
                title="The id of the request, as the server's log has it"
              >
                {problem.requestId}
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

export function nextStep(status: number): string {
  if (status === 0) return "Check that Proctor runs and that this computer reaches it.";
  if (status === 404) return "It may never have been there, or its address has a mistake.";
  if (status >= 500) return "Try again; if it stays, give the id to whoever runs this server.";
  return "Change what it names and try again.";
}

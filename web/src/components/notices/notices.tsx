import { notifications } from "@mantine/notifications";
import { IconCircleCheck, IconCircleXFilled } from "@tabler/icons-react";
import { toProblem } from "~/api/problem";
import { nextStep } from "~/components/failure/Failure";
import classes from "./notices.module.css";

/** Tells that something was refused or failed: what is, what next, and the request's id. */
export function noticeFailure(what: string, error: unknown): void {
  const problem = toProblem(error);
  notifications.show({
    icon: <IconCircleXFilled size={16} />,
    title: what,
    message: (
      <>
        {problem.message}. {nextStep(problem.status)}
        {problem.requestId && <span className={classes.id}>{problem.requestId}</span>}
      </>
    ),
    autoClose: 12_000,
    closeButtonProps: { "aria-label": "Dismiss" },
  });
}

/** Tells that something was done, in a sentence. */
export function noticeDone(message: string): void {
  notifications.show({
    icon: <IconCircleCheck size={16} />,
    message,
    autoClose: 4000,
    "data-good": true,
    closeButtonProps: { "aria-label": "Dismiss" },
  } as Parameters<typeof notifications.show>[0]);
}

import type { ReactNode } from "react";
import classes from "./Empty.module.css";

type Props = { title: string; children?: ReactNode; action?: ReactNode };

/** Nothing here: one sentence, why, and the next action. */
export function Empty({ title, children, action }: Props) {
  return (
    <div className={classes.empty}>
      <p className={classes.title}>{title}</p>
      {children && <p className={classes.why}>{children}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}

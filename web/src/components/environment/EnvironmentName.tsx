import type { Run } from "~/api/types";
import { environmentOf } from "~/model/run";
import classes from "./EnvironmentName.module.css";

/** Number and name, or that any will do; numbers are as wide as the widest, so that names line up. */
export function EnvironmentName({ run }: { run: Pick<Run, "environment" | "environment_any"> }) {
  const { environment } = run;
  if (!environment) {
    return (
      <span className={classes.environment} title={environmentOf(run)}>
        <span className={classes.number}>any</span>
        <span className={classes.name}>{run.environment_any?.labels?.join(", ")}</span>
      </span>
    );
  }
  return (
    <span className={classes.environment}>
      <span className={classes.number}>{environment.id}</span>
      <span className={classes.name} title={environment.name}>
        {environment.name}
      </span>
    </span>
  );
}

import type { Run } from "~/api/types";
import classes from "./EnvironmentName.module.css";

/** Number and name, or that any will do; numbers are as wide as the widest, so that names line up. */
export function EnvironmentName({ environment }: { environment: Run["environment"] }) {
  if (!environment) return <span className={classes.environment}>any</span>;
  return (
    <span className={classes.environment}>
      <span className={classes.number}>{environment.id}</span>
      <span className={classes.name} title={environment.name}>
        {environment.name}
      </span>
    </span>
  );
}

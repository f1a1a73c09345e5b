import { Checkbox } from "@mantine/core";
import type { Environment } from "~/api/types";
import { hasLabels, isFree } from "~/model/environments";
import { count } from "~/model/words";
import classes from "./NewRunPage.module.css";

type Props = {
  environments: readonly Environment[];
  labels: readonly string[];
  error: string | null;
  onChange: (labels: string[]) => void;
};

/** The first environment that is free, among those with all of these labels. */
export function AnyFree({ environments, labels, error, onChange }: Props) {
  const known = [...new Set(environments.flatMap((environment) => environment.labels))].sort();
  const fitting = environments.filter((environment) => hasLabels(environment, labels));
  const free = fitting.filter(isFree).length;
  return (
    <div className={classes.anyFree}>
      <p className={classes.sub}>
        {free > 0
          ? `${count(free, "environment is", "environments are")} free now. The run takes one of them.`
          : fitting.length > 0
            ? `None of ${count(fitting.length, "environment")} is free now. The run waits for the first that is.`
            : "No environment has these labels now. The run waits until one has."}
      </p>
      {known.length > 0 && (
        <fieldset className={classes.labels}>
          <legend className={classes.label}>With all of these labels</legend>
          {known.map((label) => (
            <Checkbox
              key={label}
              label={label}
              checked={labels.includes(label)}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...labels, label]
                    : labels.filter((each) => each !== label),
                )
              }
            />
          ))}
        </fieldset>
      )}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

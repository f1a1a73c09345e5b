import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { environmentsQuery } from "~/api/queries";
import type { EnvironmentState } from "~/api/types";
import { useTopic } from "~/live/live";
import classes from "./MiniMap.module.css";

export const ENVIRONMENT_STATES: readonly EnvironmentState[] = [
  "busy",
  "reserved",
  "free",
  "maintenance",
];

/** All environments at a glance, each at its place; the words below say the same. */
export function MiniMap() {
  useTopic("environments");
  const { data } = useQuery(environmentsQuery);
  if (!data || data.length === 0) return null;
  const counts = countStates(data.map((environment) => environment.state));
  return (
    <Link to="/environments" className={classes.map} aria-label="Environments at a glance">
      <span className={classes.head}>
        <span>Environments</span>
        <span>
          {counts.busy} / {data.length}
        </span>
      </span>
      <span className={classes.cells} aria-hidden="true">
        {data.map(({ id, state }) => (
          <span key={id} className={classes.cell} data-state={state} />
        ))}
      </span>
      <Legend counts={counts} />
    </Link>
  );
}

export function Legend({ counts }: { counts: Record<EnvironmentState, number> }) {
  return (
    <span className={classes.legend}>
      {ENVIRONMENT_STATES.filter((state) => counts[state] > 0).map((state) => (
        <span key={state} className={classes.item}>
          <span className={classes.swatch} data-state={state} />
          {counts[state]} {state}
        </span>
      ))}
    </span>
  );
}

export function countStates(states: readonly EnvironmentState[]): Record<EnvironmentState, number> {
  const counts = { busy: 0, reserved: 0, free: 0, maintenance: 0 };
  for (const state of states) counts[state] += 1;
  return counts;
}

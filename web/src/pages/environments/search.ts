import type { EnvironmentState } from "~/api/types";

const STATES: readonly EnvironmentState[] = ["free", "busy", "reserved", "maintenance"];

/** Which environments are looked at, as it stands in the address. */
export type EnvironmentsSearch = {
  environment?: string;
  state?: EnvironmentState;
  q?: string;
  /** On a screen for everybody: the board alone. */
  wall?: "1";
};

/** Reads the address; what it does not know is left out. */
export function readEnvironmentsSearch(raw: Record<string, unknown>): EnvironmentsSearch {
  const search: EnvironmentsSearch = {};
  if (typeof raw.environment === "string" && /^\d+$/.test(raw.environment)) {
    search.environment = raw.environment;
  }
  const state = STATES.find((each) => each === raw.state);
  if (state) search.state = state;
  if (raw.wall === "1") search.wall = "1";
  if (typeof raw.q === "string" && raw.q) search.q = raw.q;
  return search;
}

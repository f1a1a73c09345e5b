import type { Run } from "~/api/types";

/** The filters of `GET /runs`, by its own names. */
export type RunFilters = {
  state?: string;
  outcome?: string;
  environment?: string;
  requester?: string;
  template?: string;
  plan?: number;
  target?: string;
  q?: string;
  created_from?: string;
  created_to?: string;
  sort?: string;
};

/** Whether a run belongs to a list with these filters; "unknown" where only the server can tell. */
export function matches(filters: RunFilters, run: Run): boolean | "unknown" {
  if (filters.state && !listed(filters.state, run.state)) return false;
  if (filters.outcome && (!run.outcome || !listed(filters.outcome, run.outcome))) return false;
  if (
    filters.environment &&
    !(run.environment && inRanges(filters.environment, run.environment.id))
  )
    return false;
  if (filters.requester && filters.requester !== run.requester) return false;
  if (filters.template && filters.template !== run.template) return false;
  if (filters.plan !== undefined && !run.plans.includes(filters.plan)) return false;
  if (filters.created_from && run.created_at < filters.created_from) return false;
  if (filters.created_to && run.created_at > filters.created_to) return false;
  // How the server searches in words is its own business.
  return filters.q || filters.target ? "unknown" : true;
}

/** True when `value` is in a text such as `3,7,10-20`. */
export function inRanges(ranges: string, value: number): boolean {
  return ranges.split(",").some((part) => {
    const [from, to] = part.split("-").map((text) => Number.parseInt(text.trim(), 10));
    if (from === undefined || Number.isNaN(from)) return false;
    return value >= from && value <= (to === undefined || Number.isNaN(to) ? from : to);
  });
}

function listed(values: string, value: string): boolean {
  return values.split(",").includes(value);
}

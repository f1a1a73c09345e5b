/** Whose history is looked at, as it stands in the address. */
export type HistorySearch = {
  nodeid?: string;
  environment?: string;
  /** Where the page of the table begins; the newest without one. */
  cursor?: string;
  /** How far back the leaderboards look. */
  days?: string;
};

/** Reads the address; what it does not know is left out. */
export function readHistorySearch(raw: Record<string, unknown>): HistorySearch {
  const search: HistorySearch = {};
  const { nodeid, environment, cursor, days } = raw;
  if (typeof nodeid === "string" && nodeid !== "") search.nodeid = nodeid;
  if (typeof environment === "string" && /^\d{1,9}$/.test(environment)) {
    search.environment = environment;
  }
  if (search.nodeid && typeof cursor === "string" && cursor !== "") search.cursor = cursor;
  if (!search.nodeid && typeof days === "string" && /^\d{1,3}$/.test(days)) search.days = days;
  return search;
}

/** What stands beside the tests. */
export type Pane = "log" | "details" | "source";

/** What of a run is looked at, as it stands in the address. */
export type RunSearch = {
  tab?: "tests" | "log" | "resources" | "artifacts" | "reruns" | "leak" | "info";
  /** The nodeid of the selected test case. */
  test?: string;
  pane?: Pane;
  view?: "slowest";
  filter?: string;
  outcome?: string;
  /** The name of the artifact that is looked at. */
  file?: string;
};

const TABS = ["tests", "log", "resources", "artifacts", "reruns", "leak", "info"] as const;

/** Reads the address; what it does not know is left out. */
export function readRunSearch(raw: Record<string, unknown>): RunSearch {
  const search: RunSearch = {};
  const { tab, pane, view } = raw;
  const known = TABS.find((each) => each === tab);
  if (known) search.tab = known;
  if (pane === "log" || pane === "details" || pane === "source") search.pane = pane;
  if (view === "slowest") search.view = view;
  for (const key of ["test", "filter", "outcome", "file"] as const) {
    const value = raw[key];
    if (typeof value === "string" && value !== "") search[key] = value;
  }
  return search;
}

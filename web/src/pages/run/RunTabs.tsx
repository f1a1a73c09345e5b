import type { Progress } from "~/api/types";
import { doneOf } from "~/model/run";
import { formatNumber } from "~/model/words";
import classes from "./RunPage.module.css";

export type TabName = "tests" | "log" | "resources" | "artifacts" | "reruns" | "leak" | "info";

type Props = {
  wide: boolean;
  tab: TabName;
  tests: Progress;
  /** Whether the run is a leak hunt. */
  hunt: boolean;
  /** Whether it is one of a chain of reruns. */
  reruns: boolean;
  comments: number;
  onTab: (tab: TabName) => void;
};

type Tab = { name: TabName; label: string; active: boolean; count?: number };

/** What of the run is looked at. Tests and log are one tab where both have room. */
export function RunTabs({ wide, tab, tests, hunt, reruns, comments, onTab }: Props) {
  const done = doneOf(tests);
  const first: Tab[] = wide
    ? [{ name: "tests", label: "Tests and log", active: tab === "tests" || tab === "log" }]
    : [
        { name: "tests", label: "Tests", active: tab === "tests", count: done },
        { name: "log", label: "Log", active: tab === "log" },
      ];
  const rest: [TabName, string, number?][] = [
    ...(hunt ? [["leak", "Leak hunt"] satisfies [TabName, string]] : []),
    ["resources", "Resources"],
    ["artifacts", "Artifacts"],
    ...(reruns ? [["reruns", "Reruns"] satisfies [TabName, string]] : []),
    ["info", "Info", comments],
  ];
  const tabs: Tab[] = [
    ...first,
    ...rest.map(([name, label, count = 0]) => ({ name, label, active: tab === name, count })),
  ];
  return (
    <nav className={classes.tabs} aria-label="Parts of the run">
      {tabs.map(({ name, label, active, count }) => (
        <button
          key={name}
          type="button"
          className={classes.tab}
          aria-current={active ? "true" : undefined}
          onClick={() => onTab(name)}
        >
          {label}
          {count ? <span className={classes.tabCount}>{formatNumber(count)}</span> : null}
        </button>
      ))}
    </nav>
  );
}

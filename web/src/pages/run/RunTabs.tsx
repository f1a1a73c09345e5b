import type { Progress } from "~/api/types";
import { doneOf } from "~/model/run";
import { formatNumber } from "~/model/words";
import classes from "./RunPage.module.css";

export type TabName = "tests" | "log" | "resources" | "artifacts" | "info";

type Props = { wide: boolean; tab: TabName; tests: Progress; onTab: (tab: TabName) => void };

/** What of the run is looked at. Tests and log are one tab where both have room. */
export function RunTabs({ wide, tab, tests, onTab }: Props) {
  const done = doneOf(tests);
  const tabs: { name: TabName; label: string; active: boolean; count?: number }[] = wide
    ? [
        { name: "tests", label: "Tests and log", active: tab === "tests" || tab === "log" },
        { name: "resources", label: "Resources", active: tab === "resources" },
        { name: "artifacts", label: "Artifacts", active: tab === "artifacts" },
        { name: "info", label: "Info", active: tab === "info" },
      ]
    : [
        { name: "tests", label: "Tests", active: tab === "tests", count: done },
        { name: "log", label: "Log", active: tab === "log" },
        { name: "resources", label: "Resources", active: tab === "resources" },
        { name: "artifacts", label: "Artifacts", active: tab === "artifacts" },
        { name: "info", label: "Info", active: tab === "info" },
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

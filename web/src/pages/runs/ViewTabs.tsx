import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import tabs from "~/components/tabs/Tabs.module.css";
import { formatNumber } from "~/model/words";
import classes from "./RunsPage.module.css";
import { type RunsSearch, sameSearch } from "./search";
import type { View } from "./views";

type Props = {
  search: RunsSearch;
  builtIn: readonly View[];
  saved: readonly View[];
  /** Runs that run now; null while unknown. */
  running: number | null;
  onRemove: (name: string) => void;
};

/** Searches by name, one click away. */
export const ViewTabs = memo(function ViewTabs(props: Props) {
  const { search, builtIn, saved, running, onRemove } = props;
  return (
    <nav className={`${tabs.tabs} ${classes.views}`} aria-label="Views">
      {builtIn.map((view) => (
        <ViewLink key={view.name} view={view} active={sameSearch(view.search, search)}>
          {view.name === "Running" && (
            <span className={tabs.count}>{running !== null && formatNumber(running)}</span>
          )}
        </ViewLink>
      ))}
      {saved.map((view) => {
        const active = sameSearch(view.search, search);
        return (
          <span key={view.name} className={classes.saved}>
            <ViewLink view={view} active={active} />
            {active && (
              <ActionIcon
                size={20}
                aria-label={`Remove the view ${view.name}`}
                onClick={() => onRemove(view.name)}
              >
                <IconX size={12} />
              </ActionIcon>
            )}
          </span>
        );
      })}
    </nav>
  );
});

type LinkProps = { view: View; active: boolean; children?: React.ReactNode };

function ViewLink({ view, active, children }: LinkProps) {
  return (
    <Link
      to="/runs"
      search={view.search}
      className={tabs.tab}
      aria-current={active ? "true" : undefined}
      activeProps={{}}
    >
      {view.name}
      {children}
    </Link>
  );
}

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useMatchRoute } from "@tanstack/react-router";
import { environmentsQuery } from "~/api/queries";
import { Connection } from "~/components/connection/Connection";
import { Key } from "~/components/key/Key";
import { MiniMap } from "~/components/map/MiniMap";
import { loadOf } from "~/model/environments";
import { isApple } from "~/platform/browser";
import { openPalette } from "~/shell/spotlight";
import { usePageHasInk } from "./ink";
import { Logo } from "./Logo";
import { PAGES } from "./pages";
import classes from "./Shell.module.css";
import { ThemeButton } from "./ThemeButton";
import { UserButton } from "./UserButton";

export function Sidebar() {
  const quietNewRun = usePageHasInk();
  const matchRoute = useMatchRoute();
  const onBoard = matchRoute({ to: "/environments" }) !== false;
  const onNewRun = matchRoute({ to: "/runs/new" }) !== false;
  const onRuns = !onNewRun && matchRoute({ to: "/runs", fuzzy: true }) !== false;
  const { data: environments } = useQuery(environmentsQuery);
  const running = environments ? loadOf(environments).running : 0;
  return (
    <nav className={classes.sidebar} aria-label="Main">
      <div className={classes.brand}>
        <Link to="/runs" className={classes.home}>
          <Logo />
          Proctor
        </Link>
        <Tooltip label={`Search and commands (${isApple ? "⌘" : "Ctrl "}K)`}>
          <ActionIcon aria-label="Search and commands" onClick={openPalette}>
            <IconSearch size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Link to="/runs/new" className={classes.newRun} data-quiet={quietNewRun || undefined}>
        <IconPlus size={16} stroke={1.75} aria-hidden />
        New run
        <Key name="c" />
      </Link>
      <ul className={classes.links}>
        {PAGES.map(({ to, name, Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className={classes.link}
              // A run is one of the runs, a new one is not.
              {...(to === "/runs"
                ? {
                    "data-active": onRuns || undefined,
                    "aria-current": onRuns ? "page" : undefined,
                    activeProps: {},
                  }
                : {
                    activeProps: { "data-active": true },
                    activeOptions: { includeSearch: false },
                  })}
            >
              <Icon size={16} stroke={1.75} aria-hidden />
              {name}
              {to === "/runs" && running > 0 && (
                <span className={classes.count} title={`${running} running`}>
                  {running}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <div className={classes.bottom}>{!onBoard && <MiniMap />}</div>
      <div className={classes.foot}>
        <Connection />
        <span className={classes.footTools}>
          <ThemeButton />
          <UserButton />
        </span>
      </div>
    </nav>
  );
}

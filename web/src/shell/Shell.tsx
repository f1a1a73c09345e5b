import { Outlet, useMatchRoute, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useShortcuts } from "~/platform/shortcuts";
import { Help } from "./Help";
import { Palette } from "./Palette";
import { PAGES } from "./pages";
import classes from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { TabBar } from "./TabBar";

/** What surrounds every page. */
export function Shell() {
  const navigate = useNavigate();
  const matchRoute = useMatchRoute();
  const [help, setHelp] = useState(false);
  const newRun = matchRoute({ to: "/runs/new" }) !== false;
  const onRun = !newRun && matchRoute({ to: "/runs/$id" }) !== false;
  // On a wall there is the board and nothing else.
  const wall = useSearch({ strict: false }).wall === "1";
  useShortcuts({
    c: () => void navigate({ to: "/runs/new" }),
    "g n": () => void navigate({ to: "/runs/new" }),
    ...Object.fromEntries(PAGES.map(({ to, key }) => [`g ${key}`, () => void navigate({ to })])),
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus(),
  });
  return (
    <div className={classes.shell} data-wall={wall || undefined}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      {!wall && <Sidebar />}
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      {!onRun && !wall && <TabBar />}
      <Palette onHelp={() => setHelp(true)} />
      <Help opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

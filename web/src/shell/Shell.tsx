import { Outlet, useMatchRoute, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useShortcuts } from "~/platform/shortcuts";
import { Help } from "./Help";
import { Palette } from "./Palette";
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
    "g r": () => void navigate({ to: "/runs" }),
    "g e": () => void navigate({ to: "/environments" }),
    "g m": () => void navigate({ to: "/templates" }),
    "g p": () => void navigate({ to: "/plans" }),
    "g t": () => void navigate({ to: "/tests" }),
    "g h": () => void navigate({ to: "/history" }),
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

import { Outlet, useMatchRoute, useNavigate } from "@tanstack/react-router";
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
  useShortcuts({
    c: () => void navigate({ to: "/runs/new" }),
    "g n": () => void navigate({ to: "/runs/new" }),
    "g r": () => void navigate({ to: "/runs" }),
    "g e": () => void navigate({ to: "/environments" }),
    "g t": () => void navigate({ to: "/tests" }),
    "g h": () => void navigate({ to: "/history" }),
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus(),
  });
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <Sidebar />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      {!onRun && <TabBar />}
      <Palette onHelp={() => setHelp(true)} />
      <Help opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

import { useMemo } from "react";
import { KEYS, keep, useRemembered } from "~/platform/remembered";
import { type RunsSearch, readSearch } from "./search";

/** A search with a name. */
export type View = { name: string; search: RunsSearch };

/** The views that are always there; `Mine` needs to know who is here. */
export function builtInViews(user: string): View[] {
  return [
    { name: "All", search: {} },
    ...(user ? [{ name: "Mine", search: { user } }] : []),
    { name: "Running", search: { state: "running" } },
    { name: "Failed today", search: { outcome: "failed,error", created: "today" } },
  ];
}

/** The views saved in this browser, and how to change them. */
export function useSavedViews() {
  const [text] = useRemembered(KEYS.views);
  const views = useMemo(() => parse(text), [text]);
  return useMemo(() => {
    const write = (next: View[]) => keep(KEYS.views, next.length > 0 ? JSON.stringify(next) : "");
    return {
      views,
      save: (view: View) => write([...views.filter((other) => other.name !== view.name), view]),
      remove: (name: string) => write(views.filter((view) => view.name !== name)),
    };
  }, [views]);
}

function parse(text: string): View[] {
  if (!text) return [];
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list.flatMap((entry: { name?: unknown; search?: unknown }) =>
      typeof entry?.name === "string" && typeof entry.search === "object" && entry.search
        ? [{ name: entry.name, search: readSearch(entry.search as Record<string, unknown>) }]
        : [],
    );
  } catch {
    return [];
  }
}

import { useCallback, useSyncExternalStore } from "react";
import { recall, remember } from "./browser";

const listeners = new Map<string, Set<() => void>>();
// Values of a browser that refuses to remember live as long as the page.
const memory = new Map<string, string | null>();

/** A text kept in this browser under `key`, the same in every component and tab. */
export function useRemembered(key: string): [string, (value: string) => void] {
  const subscribe = useCallback(
    (listener: () => void) => {
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      const onStorage = (event: StorageEvent) => {
        if (event.key !== key) return;
        memory.delete(key);
        listener();
      };
      window.addEventListener("storage", onStorage);
      return () => {
        set.delete(listener);
        window.removeEventListener("storage", onStorage);
      };
    },
    [key],
  );
  const value = useSyncExternalStore(subscribe, () => read(key));
  const write = useCallback((next: string) => keep(key, next), [key]);
  return [value, write];
}

/** The text kept under `key`, or an empty one. */
export function read(key: string): string {
  return memory.get(key) ?? recall(key) ?? "";
}

/** Keeps a text under `key`; an empty one is forgotten. */
export function keep(key: string, value: string): void {
  const next = value === "" ? null : value;
  remember(key, next);
  if (recall(key) === next) memory.delete(key);
  else memory.set(key, value);
  for (const listener of listeners.get(key) ?? []) listener();
}

/** Keys of what this browser remembers. */
export const KEYS = {
  user: "proctor.user",
  theme: "proctor.theme",
  draft: "proctor.draft",
  views: "proctor.views",
  grouping: "proctor.grouping",
  logOptions: "proctor.log",
  paneWidth: "proctor.pane",
} as const;

/** The name that the person at this browser gave; empty until they gave one. */
export const recallUser = () => read(KEYS.user);

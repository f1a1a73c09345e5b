import { useEffect, useSyncExternalStore } from "react";

/** How many ink buttons the page has: one is enough for a screen, so the sidebar's turns plain. */
let buttons = 0;
const listeners = new Set<() => void>();

function change(by: number): void {
  buttons += by;
  for (const listener of listeners) listener();
}

/** Says that the page has an ink button of its own while `has`. */
export function useInkButton(has: boolean): void {
  useEffect(() => {
    if (!has) return;
    change(1);
    return () => change(-1);
  }, [has]);
}

export function usePageHasInk(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => buttons > 0,
  );
}

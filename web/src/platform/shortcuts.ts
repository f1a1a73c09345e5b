import { useEffect, useRef } from "react";

/** Keys and what they do: `c`, `?`, `g r` (one after the other), `mod+enter`. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** The second key of a pair must come within this time. */
const PAIR_MS = 1200;

/**
 * Listens for keys on the whole page. Single keys are not heard while somebody types in a field
 * or a dialog is open; those with a modifier are, before the field hears them, for which they may mean something else.
 * What a page sends is not sent from behind a dialog.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let first = "";
    let at = 0;
    // Seen before anybody else hears the key: the Escape that closes a dialog is no Escape of the page behind it.
    let behindDialog = false;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey || isModified(event)) return;
      const name = event.key.length === 1 ? event.key : event.key.toLowerCase();
      if (behindDialog || isField(event.target)) return;
      const now = Date.now();
      const pair = first && now - at < PAIR_MS ? `${first} ${name}` : "";
      first = "";
      if (pair && run(pair, event)) return;
      if (run(name, event)) return;
      if (Object.keys(latest.current).some((key) => key.startsWith(`${name} `))) {
        first = name;
        at = now;
      }
    };
    const run = (name: string, event: KeyboardEvent): boolean => {
      const action = latest.current[name];
      if (!action) return false;
      event.preventDefault();
      action(event);
      return true;
    };
    const onKeyDownFirst = (event: KeyboardEvent) => {
      behindDialog = document.querySelector('[role="dialog"], [role="menu"]') !== null;
      if (event.isComposing || event.altKey || !isModified(event)) return;
      const name = `mod+${event.key.toLowerCase()}`;
      if (name === "mod+enter" && document.querySelector('[role="dialog"]')) return;
      if (run(name, event)) event.stopPropagation();
    };
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("keydown", onKeyDownFirst, true);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("keydown", onKeyDownFirst, true);
    };
  }, []);
}

function isModified(event: KeyboardEvent): boolean {
  return event.metaKey || event.ctrlKey;
}

/** True where keys already mean something. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  const field = target.closest("input, textarea, select");
  return (
    field instanceof HTMLElement &&
    !/^(checkbox|radio|button)$/.test(field.getAttribute("type") ?? "")
  );
}

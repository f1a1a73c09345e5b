import { useCallback, useEffect, useRef, useState } from "react";
import type { Run } from "~/api/types";
import { useShortcuts } from "~/platform/shortcuts";

const NONE: ReadonlySet<number> = new Set();

/** The current run (j, k) and the selected ones (x, checkboxes; shift selects all between). */
export function useRunKeys(runs: readonly Run[]) {
  const [current, setCurrent] = useState<number | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<number>>(NONE);
  const last = useRef<number | null>(null);
  const latest = useRef(runs);
  latest.current = runs;

  const select = useCallback((id: number, range: boolean) => {
    const ids = latest.current.map((run) => run.id);
    const from = range && last.current !== null ? ids.indexOf(last.current) : -1;
    const to = ids.indexOf(id);
    last.current = id;
    setSelected((before) => {
      const next = new Set(before);
      if (from >= 0 && to >= 0) {
        for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each);
      } else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const selectNone = useCallback(() => setSelected(NONE), []);

  // The keys must not wait for the next drawing: whoever types fast presses x before it.
  const at = useRef(current);
  const focus = useCallback((id: number | null) => {
    at.current = id;
    setCurrent(id);
  }, []);
  const move = (by: number) => {
    const index = runs.findIndex((run) => run.id === at.current);
    const next = runs[index < 0 ? 0 : Math.min(runs.length - 1, Math.max(0, index + by))];
    if (next) focus(next.id);
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      if (at.current !== null) select(at.current, false);
    },
    X: () => {
      if (at.current !== null) select(at.current, true);
    },
    escape: () => (selected.size > 0 ? selectNone() : focus(null)),
  });

  // A filter may have taken the current run away.
  useEffect(() => {
    if (current !== null && runs.length > 0 && !runs.some((run) => run.id === current)) {
      focus(null);
    }
  }, [current, runs, focus]);

  return { current, focus, selected, select, selectNone };
}

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

  const move = (by: number) => {
    const focused = Number((document.activeElement as HTMLElement | null)?.dataset.run);
    const at = runs.findIndex((run) => run.id === (focused || current));
    const next = runs[at < 0 ? 0 : Math.min(runs.length - 1, Math.max(0, at + by))];
    if (next) setCurrent(next.id);
  };
  const chosen = () => {
    const focused = Number((document.activeElement as HTMLElement | null)?.dataset.run);
    return focused || current;
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const id = chosen();
      if (id) select(id, false);
    },
    X: () => {
      const id = chosen();
      if (id) select(id, true);
    },
    escape: () => (selected.size > 0 ? selectNone() : setCurrent(null)),
  });

  // A filter may have taken the current run away.
  useEffect(() => {
    if (current !== null && runs.length > 0 && !runs.some((run) => run.id === current)) {
      setCurrent(null);
    }
  }, [current, runs]);

  return { current, selected, select, selectNone };
}

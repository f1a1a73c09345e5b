import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type ApiProblem, toProblem } from "~/api/problem";
import { noticeDone } from "~/components/notices/notices";

type Saving<T> = {
  /** The list that shows what was saved. */
  list: QueryKey;
  save: () => Promise<T>;
  /** What to say of it: `Plan 2 soak is saved`. */
  told: (saved: T) => string;
  onSaved: (saved: T) => void;
  remove: () => Promise<void>;
  onRemoved: () => void;
};

/** Saves and deletes what an editor shows, and keeps what was refused until something is changed. */
export function useEditor<T>({ list, save, told, onSaved, remove, onRemoved }: Saving<T>) {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  // Whoever has just saved or deleted is not asked about changes on the way.
  const settled = useRef(false);
  const refresh = () => cache.invalidateQueries({ queryKey: list });
  return {
    busy,
    problem,
    settled,
    forget: () => setProblem(null),
    save: async () => {
      setBusy(true);
      setProblem(null);
      try {
        const saved = await save();
        await refresh();
        noticeDone(told(saved));
        settled.current = true;
        onSaved(saved);
      } catch (cause) {
        setProblem(toProblem(cause));
      } finally {
        setBusy(false);
      }
    },
    remove: async () => {
      await remove();
      settled.current = true;
      await refresh();
      onRemoved();
    },
  };
}

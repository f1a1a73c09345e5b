import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiProblem, toProblem } from "~/api/problem";
import { environmentsQuery } from "~/api/queries";

/** One change of environments at a time, and why the last one was refused. */
export function useChange() {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  /** Answers whether it was done. */
  const run = async (change: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await change();
      await cache.invalidateQueries({ queryKey: environmentsQuery.queryKey });
      return true;
    } catch (cause) {
      setProblem(toProblem(cause));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run, forget: () => setProblem(null) };
}

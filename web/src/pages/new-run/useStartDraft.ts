import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Draft, startDraft } from "./draft";

/** Opens New run with a draft that is begun. */
export function useStartDraft(): (draft: Partial<Draft>) => void {
  const navigate = useNavigate();
  return useCallback(
    (draft) => {
      startDraft(draft);
      void navigate({ to: "/runs/new" });
    },
    [navigate],
  );
}

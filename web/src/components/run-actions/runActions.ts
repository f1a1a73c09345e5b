import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Again, cancelRun, rerunRun } from "~/api/actions";
import { keys } from "~/api/queries";
import { noticeDone, noticeFailure } from "~/components/notices/notices";
import { useUser } from "~/shell/useUser";

/** Asks for a run again and goes to the new one; says so when it was refused. */
export function useRerun(id: number) {
  const navigate = useNavigate();
  const [user] = useUser();
  const [busy, setBusy] = useState<Again | null>(null);
  const ask = async (what: Again) => {
    setBusy(what);
    try {
      const next = await rerunRun(id, what, user);
      noticeDone(`Run ${next.id} asked for`);
      await navigate({ to: "/runs/$id", params: { id: String(next.id) } });
    } catch (cause) {
      noticeFailure(`Run ${id} was not asked for again`, cause);
    } finally {
      setBusy(null);
    }
  };
  return { busy, ask };
}

/** Asks a run to stop; it is cancelled when it says so itself. */
export function useCancel(id: number) {
  const cache = useQueryClient();
  const [user] = useUser();
  const [sending, setSending] = useState(false);
  const cancel = async () => {
    setSending(true);
    try {
      cache.setQueryData(keys.run(id), await cancelRun(id, user));
    } catch (cause) {
      noticeFailure(`Run ${id} was not cancelled`, cause);
    } finally {
      setSending(false);
    }
  };
  return { sending, cancel };
}

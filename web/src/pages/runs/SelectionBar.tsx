import { ActionIcon, Button } from "@mantine/core";
import { IconRefresh, IconSquare, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { cancelRun, rerunRun } from "~/api/actions";
import type { Run } from "~/api/types";
import { noticeDone, noticeFailure } from "~/components/notices/notices";
import { count } from "~/model/words";
import { useUser } from "~/shell/useUser";
import classes from "./SelectionBar.module.css";

type Props = { runs: readonly Run[]; onClear: () => void };

/** What can be done with all selected runs at once. */
export function SelectionBar({ runs, onClear }: Props) {
  const [busy, setBusy] = useState<"rerun" | "cancel" | null>(null);
  const [user] = useUser();
  const unfinished = runs.filter((run) => run.state !== "finished" && !run.cancel);
  if (runs.length === 0) return null;

  const forEach = async (what: "rerun" | "cancel", chosen: readonly Run[]) => {
    setBusy(what);
    const results = await Promise.allSettled(
      chosen.map(async (run) => {
        if (what === "rerun") await rerunRun(run.id, "all", user);
        else await cancelRun(run.id, user);
      }),
    );
    setBusy(null);
    const refused = results.find((result) => result.status === "rejected");
    const done = results.filter((result) => result.status === "fulfilled").length;
    const verb = what === "rerun" ? "asked for again" : "asked to stop";
    if (done > 0) noticeDone(`${count(done, "run")} ${verb}`);
    if (refused) noticeFailure(`${count(chosen.length - done, "run")} not ${verb}`, refused.reason);
    else onClear();
  };

  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected runs">
      <span className={classes.count}>{runs.length} selected</span>
      <Button
        variant="subtle"
        leftSection={<IconRefresh size={16} stroke={1.75} />}
        loading={busy === "rerun"}
        onClick={() => void forEach("rerun", runs)}
      >
        Rerun
      </Button>
      {unfinished.length > 0 && (
        <Button
          variant="subtle"
          data-danger
          leftSection={<IconSquare size={16} stroke={1.75} />}
          loading={busy === "cancel"}
          onClick={() => void forEach("cancel", unfinished)}
        >
          {unfinished.length === runs.length ? "Cancel" : `Cancel ${unfinished.length}`}
        </Button>
      )}
      <ActionIcon aria-label="Select none" onClick={onClear}>
        <IconX size={16} stroke={1.75} />
      </ActionIcon>
    </div>
  );
}

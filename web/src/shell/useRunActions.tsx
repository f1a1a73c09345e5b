import type { SpotlightActionData } from "@mantine/spotlight";
import { IconLink, IconRefresh, IconSquare } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { runQuery } from "~/api/queries";
import { useCancel, useRerun } from "~/components/run-actions/runActions";
import { badOf, isCancelling } from "~/model/run";
import { copyText } from "~/platform/browser";

const icon = { size: 16, stroke: 1.75 };

/** What can be done with the run that is open. */
export function useRunActions(): SpotlightActionData[] {
  const { id: text } = useParams({ strict: false });
  const id = Number(text ?? 0);
  // The page of the run fetches it; here it is only listened to.
  const { data: run } = useQuery({ ...runQuery(id), enabled: false });
  const rerun = useRerun(id);
  const { cancel } = useCancel(id);
  if (!run) return [];

  const bad = run.state === "finished" ? badOf(run.progress) : 0;
  const actions: SpotlightActionData[] = [
    {
      id: "this-rerun",
      label: `Rerun run ${id}`,
      leftSection: <IconRefresh {...icon} />,
      onClick: () => void rerun.ask("all"),
    },
  ];
  if (bad > 0) {
    actions.push({
      id: "this-rerun-failed",
      label: `Rerun the ${bad} failed of run ${id}`,
      leftSection: <IconRefresh {...icon} />,
      onClick: () => void rerun.ask("failed"),
    });
  }
  if (run.state !== "finished" && !isCancelling(run)) {
    actions.push({
      id: "this-cancel",
      label: `Cancel run ${id} of ${run.requester}`,
      leftSection: <IconSquare {...icon} />,
      onClick: () => void cancel(),
    });
  }
  actions.push({
    id: "this-link",
    label: `Copy the link to run ${id}`,
    leftSection: <IconLink {...icon} />,
    onClick: () => void copyText(window.location.href),
  });
  return actions;
}

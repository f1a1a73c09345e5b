import { ActionIcon, Button } from "@mantine/core";
import { IconGitCompare, IconRefresh, IconSquare, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Run } from "~/api/types";
import { MOST_RUNS } from "../compare/search";
import { BulkDialog } from "./BulkDialog";
import type { Bulk } from "./bulk";
import classes from "./SelectionBar.module.css";

type Props = { runs: readonly Run[]; onClear: () => void };

/** What can be done with all selected runs at once. */
export function SelectionBar({ runs, onClear }: Props) {
  const [asking, setAsking] = useState<Bulk | null>(null);
  const unfinished = runs.filter((run) => run.state !== "finished" && !run.cancel);
  if (runs.length === 0) return null;
  return (
    <>
      <div className={classes.bar} role="toolbar" aria-label="Selected runs">
        <span className={classes.count}>{runs.length} selected</span>
        <Button
          variant="subtle"
          leftSection={<IconRefresh size={16} stroke={1.75} />}
          onClick={() => setAsking("rerun")}
        >
          Rerun
        </Button>
        {unfinished.length > 0 && (
          <Button
            variant="subtle"
            data-danger
            leftSection={<IconSquare size={16} stroke={1.75} />}
            onClick={() => setAsking("cancel")}
          >
            {unfinished.length === runs.length ? "Cancel" : `Cancel ${unfinished.length}`}
          </Button>
        )}
        {runs.length >= 2 && runs.length <= MOST_RUNS && (
          <Button
            renderRoot={(props) => (
              <Link to="/compare" search={{ runs: inOrder(runs) }} {...props} />
            )}
            variant="subtle"
            leftSection={<IconGitCompare size={16} stroke={1.75} />}
          >
            Compare
          </Button>
        )}
        <ActionIcon aria-label="Select none" onClick={onClear}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      {asking && (
        <BulkDialog
          what={asking}
          runs={asking === "cancel" ? unfinished : runs}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            onClear();
          }}
        />
      )}
    </>
  );
}

/** Their numbers, the oldest first: a comparison tells what the later ones changed. */
function inOrder(runs: readonly Run[]): string {
  return runs
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(",");
}

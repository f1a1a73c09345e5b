import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import type { Run } from "~/api/types";
import { noticeDone } from "~/components/notices/notices";
import { count } from "~/model/words";
import { useUser } from "~/shell/useUser";
import classes from "./BulkDialog.module.css";
import { askInWords, type Bulk, type BulkResult, doForEach, doneInWords } from "./bulk";

type Props = {
  what: Bulk;
  runs: readonly Run[];
  onClose: () => void;
  /** All of them were done. */
  onDone: () => void;
};

/** Asks once for all chosen runs, and says afterwards which were refused and why. */
export function BulkDialog({ what, runs: chosen, onClose, onDone }: Props) {
  const [user] = useUser();
  // What was asked about stays what is done, whatever the stream tells meanwhile.
  const [runs, setRuns] = useState(chosen);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<BulkResult | null>(null);
  const verb = what === "rerun" ? "Rerun" : "Cancel";

  const go = async () => {
    setBusy(true);
    const next = await doForEach(what, runs, user);
    setBusy(false);
    if (next.refused.length === 0) {
      noticeDone(doneInWords(what, next.done));
      onDone();
      return;
    }
    setResult(next);
    setRuns(next.refused.map(({ run }) => run));
  };

  return (
    <Modal opened onClose={onClose} title={`${verb} ${count(runs.length, "run")}`}>
      {result ? (
        <Result what={what} result={result} />
      ) : (
        <>
          <p>{askInWords(what, runs, user)}</p>
          <Ids runs={runs} />
        </>
      )}
      <div className={classes.buttons}>
        <Button variant="subtle" onClick={onClose}>
          {result ? "Close" : "Keep as it is"}
        </Button>
        <Button
          data-autofocus
          data-danger={what === "cancel" || undefined}
          variant={what === "rerun" ? "filled" : "default"}
          loading={busy}
          onClick={() => void go()}
        >
          {result ? "Try these again" : `${verb} ${count(runs.length, "run")}`}
        </Button>
      </div>
    </Modal>
  );
}

const SHOWN = 12;

function Ids({ runs }: { runs: readonly Run[] }) {
  const more = runs.length - SHOWN;
  return (
    <p className={classes.ids}>
      {runs
        .slice(0, SHOWN)
        .map((run) => run.id)
        .join(", ")}
      {more > 0 && ` and ${count(more, "more", "more")}`}
    </p>
  );
}

function Result({ what, result }: { what: Bulk; result: BulkResult }) {
  return (
    <div role="status">
      <p>
        {result.done > 0 && `${doneInWords(what, result.done)}. `}
        {count(result.refused.length, "run was refused", "runs were refused")}:
      </p>
      <ul className={classes.refused}>
        {result.refused.map(({ run, problem }) => (
          <li key={run.id}>
            <span className={classes.id}>{run.id}</span>
            <span>{problem.message}</span>
            {problem.requestId && <span className={classes.request}>{problem.requestId}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

import { Button, Modal, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { changeEnvironment } from "~/api/environments";
import { fieldError } from "~/api/problem";
import type { Environment } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { count } from "~/model/words";
import classes from "./Dialogs.module.css";
import { useChange } from "./useChange";

type Props = { environment: Environment; opened: boolean; onClose: () => void };

/** Takes an environment out of service: what runs goes on, nothing new starts. */
export function MaintenanceDialog({ environment, opened, onClose }: Props) {
  const { id, name, queue, maintenance } = environment;
  const [reason, setReason] = useState("");
  const { busy, problem, run, forget } = useChange();
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled anew when it opens, not while it is open.
  useEffect(() => {
    if (!opened) return;
    setReason(maintenance ?? "");
    forget();
  }, [opened]);
  const wrong = fieldError(problem, "reason");
  const change = async () => {
    const body = { state: "maintenance", reason: reason.trim() };
    if (await run(() => changeEnvironment(id, body))) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={`Maintenance of ${id} ${name}`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <p className={classes.quiet}>
          What runs there goes on, nothing new starts.
          {queue.length > 0 && ` ${count(queue.length, "run waits", "runs wait")} until it ends.`}
        </p>
        <TextInput
          label="Reason"
          placeholder="disk full"
          data-autofocus
          value={reason}
          error={wrong}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {problem && !wrong && <Failure error={problem} compact />}
        <div className={classes.foot}>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={!reason.trim()}>
            Start maintenance
          </Button>
        </div>
      </form>
    </Modal>
  );
}

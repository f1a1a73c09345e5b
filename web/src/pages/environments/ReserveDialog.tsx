import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { reserveEnvironment } from "~/api/environments";
import { fieldError } from "~/api/problem";
import { useLimits } from "~/api/settings";
import type { Environment } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { serverNow } from "~/platform/clock";
import { useUser } from "~/shell/useUser";
import classes from "./Dialogs.module.css";
import { fromLocal, LENGTHS, toLocal } from "./until";
import { useChange } from "./useChange";

type Props = { environment: Environment; opened: boolean; onClose: () => void };

/** Keeps an environment for a person, until a time and with a reason. */
export function ReserveDialog({ environment, opened, onClose }: Props) {
  const { id, name, state, reservation } = environment;
  const [user, setUser] = useUser();
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const [after, setAfter] = useState(true);
  const { busy, problem, run, forget } = useChange();
  const limits = useLimits();
  const running = state === "busy";
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled anew when it opens, not while it is open.
  useEffect(() => {
    if (!opened) return;
    setUntil(toLocal(reservation ? Date.parse(reservation.until) : serverNow() + 60 * 60_000));
    setReason(reservation?.reason ?? "");
    setAfter(true);
    forget();
  }, [opened]);
  const end = fromLocal(until);
  const wrong = ["person", "until", "reason"].map((field) => fieldError(problem, field));
  const reserve = async () => {
    const body = { person: user.trim(), until: end ?? "", reason: reason.trim() };
    const wait = running ? { after_present_run: after } : {};
    if (await run(() => reserveEnvironment(id, { ...body, ...wait }))) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={`Reserve ${id} ${name}`} size="lg">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void reserve();
        }}
      >
        <TextInput
          label="For"
          placeholder="your user name"
          maxLength={limits?.requester_characters}
          value={user}
          error={wrong[0]}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <div>
          <TextInput
            type="datetime-local"
            label="Until"
            value={until}
            error={wrong[1]}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <div className={classes.lengths}>
            {LENGTHS.map(({ label, minutes }) => (
              <Button
                key={label}
                size="compact-sm"
                onClick={() => setUntil(toLocal(serverNow() + minutes * 60_000))}
              >
                {label}
              </Button>
            ))}
          </div>
        </div>
        <TextInput
          label="Reason"
          placeholder="what you are doing there; everybody sees it"
          data-autofocus
          value={reason}
          error={wrong[2]}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {running && (
          <Checkbox
            label="Begin when the present run has ended, before everybody who is queued"
            checked={after}
            onChange={(event) => setAfter(event.currentTarget.checked)}
          />
        )}
        {problem && wrong.every((each) => each === null) && <Failure error={problem} compact />}
        <div className={classes.foot}>
          <Button onClick={onClose}>Not now</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={!user.trim() || !reason.trim() || end === null}
          >
            {reservation ? "Change reservation" : `Reserve ${id}`}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

import { Button, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { type RefObject, useEffect } from "react";
import dialog from "~/components/dialog/DeleteButton.module.css";

type Props = { changed: boolean; settled: RefObject<boolean> };

/** Asks before what was typed is thrown away by going elsewhere. */
export function KeepChanges({ changed, settled }: Props) {
  useEffect(() => {
    if (!changed) settled.current = false;
  }, [changed, settled]);
  const leaving = useBlocker({
    shouldBlockFn: () => changed && !settled.current,
    enableBeforeUnload: () => changed && !settled.current,
    withResolver: true,
  });
  return (
    <Modal
      opened={leaving.status === "blocked"}
      onClose={() => leaving.reset?.()}
      title="Leave without saving?"
    >
      <div className={dialog.body}>
        <p>The changes that were typed here are not saved.</p>
        <div className={dialog.foot}>
          <Button data-danger onClick={() => leaving.proceed?.()}>
            Discard changes
          </Button>
          <Button data-autofocus variant="filled" onClick={() => leaving.reset?.()}>
            Keep editing
          </Button>
        </div>
      </div>
    </Modal>
  );
}

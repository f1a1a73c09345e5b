import { Button, Modal } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type ApiProblem, toProblem } from "~/api/problem";
import { keys } from "~/api/queries";
import { deleteTests } from "~/api/uploads";
import { Failure } from "~/components/failure/Failure";
import { noticeDone } from "~/components/notices/notices";
import { count } from "~/model/words";
import classes from "./DetailsPane.module.css";

type Props = {
  path: string;
  kind: "directory" | "file";
  opened: boolean;
  onClose: () => void;
  onDeleted: () => void;
};

/** Asks before a file, or a directory with everything in it, is deleted. */
export function DeleteDialog({ path, kind, opened, onClose, onDeleted }: Props) {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => {
    if (opened) setProblem(null);
  }, [opened]);
  const remove = async () => {
    setBusy(true);
    try {
      const { items } = await deleteTests(path);
      void cache.invalidateQueries({ queryKey: keys.tests });
      noticeDone(kind === "file" ? `${path} is deleted` : `${count(items.length, "file")} deleted`);
      onClose();
      onDeleted();
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={kind === "file" ? "Delete this file?" : "Delete this directory and all that is in it?"}
      size="lg"
    >
      <div className={classes.form}>
        <p>
          <b className="mono">{path}</b>
        </p>
        <p className={classes.quiet}>
          Runs that used {kind === "file" ? "it" : "its files"} keep showing what ran. Queued runs
          that name {kind === "file" ? "it" : "them"} will not find{" "}
          {kind === "file" ? "it" : "them"}.
        </p>
        {problem && <Failure error={problem} compact />}
        <div className={classes.formFoot}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button data-danger loading={busy} onClick={remove}>
            {kind === "file" ? "Delete file" : "Delete directory"}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

import { Button, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type ApiProblem, fieldError, toProblem } from "~/api/problem";
import { keys } from "~/api/queries";
import { moveTests } from "~/api/uploads";
import { Failure } from "~/components/failure/Failure";
import classes from "./DetailsPane.module.css";

type Props = {
  path: string;
  opened: boolean;
  onClose: () => void;
  onMoved: (path: string) => void;
};

/** Asks for a new path. */
export function MoveDialog({ path, opened, onClose, onMoved }: Props) {
  const cache = useQueryClient();
  const [to, setTo] = useState(path);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => {
    if (!opened) return;
    setTo(path);
    setProblem(null);
  }, [opened, path]);
  const wrong = fieldError(problem, "path");
  const move = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const moved = await moveTests(path, to.trim());
      void cache.invalidateQueries({ queryKey: keys.tests });
      onClose();
      onMoved(moved.path);
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Move or rename" size="lg">
      <form onSubmit={move} className={classes.form}>
        <TextInput
          label="New path"
          description="Below the tests root; directories that are missing are made."
          classNames={{ input: "mono" }}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          value={to}
          error={wrong}
          onChange={(event) => {
            setTo(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <p className={classes.quiet}>
          Templates and plans that name <span className="mono">{path}</span> do not follow it.
        </p>
        {problem && !wrong && <Failure error={problem} compact />}
        <div className={classes.formFoot}>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={to.trim() === "" || to.trim() === path}
          >
            Move
          </Button>
        </div>
      </form>
    </Modal>
  );
}

import { Button, Modal } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { type ApiProblem, toProblem } from "~/api/problem";
import { Failure } from "~/components/failure/Failure";
import classes from "./DeleteButton.module.css";

type Props = {
  /** `Delete plan`. */
  word: string;
  question: string;
  children: ReactNode;
  onDelete: () => Promise<void>;
};

/** Deletes after a question. */
export function DeleteButton(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        data-danger
        leftSection={<IconTrash size={16} stroke={1.75} />}
        onClick={() => setOpened(true)}
      >
        Delete
      </Button>
      <AskDelete {...props} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

/** The question before something is deleted; a refusal is told in it. */
export function AskDelete(props: Props & { opened: boolean; onClose: () => void }) {
  const { word, question, children, onDelete, opened, onClose } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => {
    if (opened) setProblem(null);
  }, [opened]);
  const remove = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onDelete();
      onClose();
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={onClose} title={question}>
      <div className={classes.body}>
        <p>{children}</p>
        {problem && <Failure error={problem} compact />}
        <div className={classes.foot}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button data-danger loading={busy} onClick={remove}>
            {word}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

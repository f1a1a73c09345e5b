import { Button } from "@mantine/core";
import { IconChevronLeft, IconPlayerPlay } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ApiProblem } from "~/api/problem";
import { DeleteButton } from "~/components/dialog/DeleteButton";
import { Failure } from "~/components/failure/Failure";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";
import { KeepChanges } from "./KeepChanges";
import classes from "./Split.module.css";
import type { useEditor } from "./useEditor";

type Props = {
  /** What is edited: `plan`. */
  kind: string;
  title: string;
  /** How the one that exists is called, and what runs it; null for a new one. */
  existing: { name: string; run: () => void } | null;
  changed: boolean;
  complete: boolean;
  editor: Pick<ReturnType<typeof useEditor>, "busy" | "settled" | "save" | "remove">;
  /** What was refused and is told at no field. */
  problem: ApiProblem | null;
  onClose: () => void;
  children: ReactNode;
};

/** The form of one thing: what can be done with it stays in sight above its fields. */
export function EditorForm(props: Props) {
  const { kind, title, existing, changed, complete, editor, problem, onClose, children } = props;
  useInkButton(true);
  const save = () => {
    if (!editor.busy && complete && changed) void editor.save();
  };
  useShortcuts({ "mod+enter": save });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={classes.head}>
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.back}
          leftSection={<IconChevronLeft size={16} />}
          onClick={onClose}
        >
          All {kind}s
        </Button>
        <h2 className={classes.title} title={title}>
          {title}
        </h2>
        <div className={classes.tools}>
          {existing && (
            <>
              <DeleteButton
                word={`Delete ${kind}`}
                question={`Delete this ${kind}?`}
                onDelete={editor.remove}
              >
                {existing.name}. Runs that used it keep what they ran.
              </DeleteButton>
              <Button
                leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
                disabled={changed}
                title={changed ? "Save the changes first" : undefined}
                onClick={existing.run}
              >
                Run this
              </Button>
            </>
          )}
          <Button
            type="submit"
            variant="filled"
            loading={editor.busy}
            disabled={!complete || !changed}
          >
            {existing ? "Save changes" : `Save ${kind}`}
          </Button>
        </div>
      </div>
      {problem && <Failure error={problem} compact />}
      {children}
      <KeepChanges changed={changed} settled={editor.settled} />
    </form>
  );
}

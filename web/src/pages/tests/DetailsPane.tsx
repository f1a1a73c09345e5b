import { Button } from "@mantine/core";
import { IconChevronLeft, IconCursorText, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { kindOf } from "~/catalog/rows";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useStartDraft } from "~/pages/new-run/useStartDraft";
import { useInkButton } from "~/shell/ink";
import { DeleteDialog } from "./DeleteDialog";
import classes from "./DetailsPane.module.css";
import { DirectoryFacts } from "./DirectoryFacts";
import { FileFacts } from "./FileFacts";
import { MoveDialog } from "./MoveDialog";
import type { Place } from "./usePlace";

type Props = {
  place: Place;
  version: string | null;
  onChoose: (path: string | undefined) => void;
  onVersion: (sha256: string | null) => void;
  dropHint: ReactNode;
};

/** What is chosen in the tree, and what can be done with it. */
export function DetailsPane({ place, version, onChoose, onVersion, dropHint }: Props) {
  const { path, kind, file, error } = place;
  const [dialog, setDialog] = useState<"move" | "delete" | null>(null);
  const start = useStartDraft();
  const root = path === "";
  const canRun = kind === "directory" || kindOf(file) === "file";
  useInkButton(kind !== "missing" && canRun && !root);
  if (kind === "loading") return <SkeletonRows rows={6} label="Loading" />;
  if (kind === "missing") {
    if (error) return <Failure error={error} />;
    return (
      <Empty
        title={`${path} is not there`}
        action={<Button onClick={() => onChoose(undefined)}>The tests root</Button>}
      >
        It may have been moved or deleted. Runs that used it still show it.
      </Empty>
    );
  }
  const run = () => start({ targets: [path] });
  return (
    <>
      {kind === "directory" && dropHint}
      {!root && (
        <header className={classes.head}>
          <Button
            variant="subtle"
            size="compact-sm"
            className={classes.back}
            leftSection={<IconChevronLeft size={16} />}
            onClick={() => onChoose(undefined)}
          >
            All tests
          </Button>
          <h2 className={classes.title}>
            <PathName path={path} />
          </h2>
          <div className={classes.actions}>
            <Button
              leftSection={<IconCursorText size={16} stroke={1.75} />}
              onClick={() => setDialog("move")}
            >
              Move
            </Button>
            <Button
              data-danger
              leftSection={<IconTrash size={16} stroke={1.75} />}
              onClick={() => setDialog("delete")}
            >
              Delete
            </Button>
            {canRun && (
              <Button
                variant="filled"
                leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
                onClick={run}
              >
                Run
              </Button>
            )}
          </div>
        </header>
      )}
      {kind === "file" && place.facts ? (
        <FileFacts
          path={path}
          facts={place.facts}
          version={version}
          onChoose={onChoose}
          onVersion={onVersion}
        />
      ) : (
        <DirectoryFacts path={path} onChoose={onChoose} />
      )}
      <MoveDialog
        path={file}
        opened={dialog === "move"}
        onClose={() => setDialog(null)}
        onMoved={onChoose}
      />
      <DeleteDialog
        path={file}
        kind={kind}
        opened={dialog === "delete"}
        onClose={() => setDialog(null)}
        onDeleted={() => onChoose(undefined)}
      />
    </>
  );
}

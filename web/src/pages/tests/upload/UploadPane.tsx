import { Button, SegmentedControl } from "@mantine/core";
import { IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Upload } from "~/api/types";
import type { Conflict } from "~/api/uploads";
import { Failure } from "~/components/failure/Failure";
import { count } from "~/model/words";
import { useStartDraft } from "~/pages/new-run/useStartDraft";
import { useInkButton } from "~/shell/ink";
import { Difference } from "./Difference";
import { IntoField } from "./IntoField";
import { Stored } from "./Stored";
import classes from "./Upload.module.css";
import { UploadRows } from "./UploadRows";
import type { UploadState } from "./useUpload";
import { runnable, sendable, verdictOf } from "./verdicts";

type Props = { upload: UploadState; onMore: () => void; onShow: (path: string) => void };

/** An upload: what would become of each file, then what became of it. */
export function UploadPane({ upload, onMore, onShow }: Props) {
  const start = useStartDraft();
  const run = (targets: string[]) => start({ targets });
  useInkButton(true);
  const { step } = upload;
  if (step.name === "stored") {
    return (
      <Stored
        upload={step.upload}
        onShow={onShow}
        onRun={run}
        onMore={onMore}
        onClose={upload.close}
      />
    );
  }
  return <Preparing upload={upload} onMore={onMore} onRun={run} />;
}

type PreparingProps = {
  upload: UploadState;
  onMore: () => void;
  onRun: (targets: string[]) => void;
};

function Preparing({ upload, onMore, onRun }: PreparingProps) {
  const { files, step, onConflict } = upload;
  const [shown, setShown] = useState<number | null>(null);
  const looked = "looked" in step ? step.looked : null;
  const going = looked ? sendable(looked.preview, looked.of, onConflict) : [];
  const items = looked?.preview.items ?? [];
  const refused = items.filter((item) => verdictOf(item, onConflict) === "refused").length;
  const sending = step.name === "sending";
  const picked = files.find(({ id }) => id === shown) ?? null;
  const replaced = picked && items.find((item) => looked?.of[item.part]?.id === picked.id);
  const store = async (then: (stored: Upload) => void) => {
    const stored = await upload.send();
    if (stored) then(stored);
  };
  return (
    <div className={classes.pane}>
      <div className={classes.head}>
        <h2 className={classes.title}>{count(files.length, "file")} to upload</h2>
        <span className={classes.quiet}>Nothing is stored yet</span>
        <span className={classes.conflict}>
          <span className={classes.quiet}>When a file exists</span>
          <SegmentedControl
            aria-label="When a file exists"
            data={[
              { value: "refuse", label: "Refuse" },
              { value: "replace", label: "Replace" },
            ]}
            value={onConflict}
            disabled={sending}
            onChange={(value) => upload.setOnConflict(value as Conflict)}
          />
        </span>
      </div>
      <IntoField value={upload.directory} disabled={sending} onChange={upload.setDirectory} />
      <div className={classes.scroll}>
        {step.name === "failed" ? (
          <Failure error={step.problem} onRetry={upload.retry} compact />
        ) : (
          <UploadRows
            step={step}
            files={files}
            directory={upload.directory}
            onConflict={onConflict}
            shown={shown}
            onShow={(id) => setShown(shown === id ? null : id)}
            onRemove={upload.remove}
          />
        )}
        {looked && looked.preview.left_out.length > 0 && (
          <p className={classes.aside}>
            Left out, because no test needs them: {looked.preview.left_out.slice(0, 5).join(", ")}
            {looked.preview.left_out.length > 5 &&
              ` and ${looked.preview.left_out.length - 5} more`}
          </p>
        )}
        {looked?.preview.unchecked && (
          <p className={classes.aside}>
            Not searched for syntax errors: {looked.preview.unchecked}
          </p>
        )}
        {picked && replaced && <Difference path={replaced.path} file={picked.file} />}
      </div>
      {upload.refusal && <Failure error={upload.refusal} compact />}
      <div className={classes.foot}>
        <span className={classes.quiet} role="status">
          {step.name === "looking" && "Looking at the files"}
          {sending && "Uploading"}
          {step.name === "ready" && refused > 0 && stay(refused)}
        </span>
        <Button variant="subtle" onClick={upload.close}>
          {sending ? "Stop" : "Discard"}
        </Button>
        <Button
          className={classes.wide}
          disabled={sending}
          leftSection={<IconPlus size={16} stroke={1.75} />}
          onClick={onMore}
        >
          Add files
        </Button>
        <Button
          className={classes.wide}
          disabled={going.length === 0 || step.name !== "ready"}
          leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
          onClick={() => store((stored) => onRun(runnable(stored.items.map(({ path }) => path))))}
        >
          Upload and run
        </Button>
        <Button
          variant="filled"
          loading={sending}
          disabled={going.length === 0 || step.name !== "ready"}
          onClick={() => store(() => {})}
        >
          Upload {count(going.length, "file")}
        </Button>
      </div>
    </div>
  );
}

function stay(refused: number): string {
  return refused === 1
    ? "1 refused file stays on your computer"
    : `${refused} refused files stay on your computer`;
}

import { ActionIcon, Progress } from "@mantine/core";
import {
  IconCircleXFilled,
  IconEqual,
  IconFilePlus,
  IconFileUnknown,
  IconRefresh,
  IconX,
} from "@tabler/icons-react";
import type { PreviewedFile } from "~/api/types";
import type { Conflict, Picked } from "~/api/uploads";
import { PathName } from "~/components/path/PathName";
import { formatBytes } from "~/model/words";
import classes from "./Upload.module.css";
import type { Step } from "./useUpload";
import {
  faultInWords,
  noteOf,
  sendable,
  shares,
  VERDICT_WORDS,
  type Verdict,
  verdictOf,
} from "./verdicts";

type Props = {
  step: Exclude<Step, { name: "failed" }>;
  files: readonly Picked[];
  directory: string;
  onConflict: Conflict;
  /** Of which file the difference is shown. */
  shown: number | null;
  onShow: (id: number) => void;
  onRemove: (id: number) => void;
};

/** One row for each file: what would become of it and why, and how much of it has left. */
export function UploadRows(props: Props) {
  const { step, files, directory, onConflict, shown, onShow, onRemove } = props;
  if (step.name === "stored") return null;
  const { looked } = step;
  if (!looked) {
    return (
      <ul className={classes.rows} aria-label="Files to upload">
        {files.slice(0, MOST_ROWS).map((picked) => (
          <li key={picked.id} className={classes.row}>
            <IconFileUnknown size={16} stroke={1.75} className={classes.quiet} aria-hidden />
            <PathName path={picked.path} />
            <span />
            <span />
            <span className={classes.size}>{formatBytes(picked.file.size)}</span>
            <Remove path={picked.path} onRemove={() => onRemove(picked.id)} />
          </li>
        ))}
        <More count={files.length} />
      </ul>
    );
  }
  const there = new Set(files);
  const going = new Set(sendable(looked.preview, looked.of, onConflict));
  const share = step.name === "sending" ? shares([...going], step.bytes) : null;
  return (
    <ul className={classes.rows} aria-label="Files to upload">
      {looked.preview.items.slice(0, MOST_ROWS).map((item) => {
        const picked = looked.of[item.part];
        if (!picked || !there.has(picked)) return null;
        return (
          <Row
            key={`${item.part} ${item.path}`}
            item={item}
            name={below(item.path, directory)}
            verdict={verdictOf(item, onConflict)}
            share={share && going.has(picked) ? (share.get(picked.id) ?? 0) : null}
            shown={shown === picked.id}
            onShow={() => onShow(picked.id)}
            onRemove={share ? null : () => onRemove(picked.id)}
          />
        );
      })}
      <More count={looked.preview.items.length} />
    </ul>
  );
}

/** More rows than anybody reads; the figures beside them count all. */
const MOST_ROWS = 300;

function More({ count }: { count: number }) {
  if (count <= MOST_ROWS) return null;
  return <li className={classes.moreRows}>and {count - MOST_ROWS} more</li>;
}

/** A path as it is seen from the directory that the files go into. */
function below(path: string, directory: string): string {
  const prefix = `${directory.replace(/\/+$/, "")}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

type RowProps = {
  item: PreviewedFile;
  name: string;
  verdict: Verdict;
  share: number | null;
  shown: boolean;
  onShow: () => void;
  onRemove: (() => void) | null;
};

function Row({ item, name, verdict, share, shown, onShow, onRemove }: RowProps) {
  const { path, size, syntax_error } = item;
  const note = noteOf(item, verdict);
  return (
    <li className={classes.row} data-verdict={verdict} data-shown={shown || undefined}>
      <VerdictIcon verdict={verdict} />
      <PathName path={name} />
      <span className={classes.verdict}>{VERDICT_WORDS[verdict]}</span>
      <span className={classes.note} title={note || undefined}>
        {syntax_error && verdict !== "refused" ? (
          <span className={classes.fault} title={syntax_error.text ?? undefined}>
            {faultInWords(syntax_error)}
          </span>
        ) : (
          note
        )}
        {verdict === "replaces" && (
          <button type="button" className={classes.link} aria-expanded={shown} onClick={onShow}>
            {shown ? "Hide difference" : "Difference"}
          </button>
        )}
      </span>
      {share === null ? (
        <span className={classes.size}>{size === null ? "" : formatBytes(size)}</span>
      ) : (
        <Progress
          value={share * 100}
          size={4}
          aria-label={`${path} sent`}
          className={classes.progress}
        />
      )}
      {onRemove ? <Remove path={path} onRemove={onRemove} /> : <span />}
    </li>
  );
}

function Remove({ path, onRemove }: { path: string; onRemove: () => void }) {
  return (
    <ActionIcon size={24} aria-label={`Leave out ${path}`} onClick={onRemove}>
      <IconX size={14} stroke={1.75} />
    </ActionIcon>
  );
}

export function VerdictIcon({ verdict }: { verdict: Verdict }) {
  const props = { size: 16, stroke: 1.75, "aria-hidden": true, className: classes.verdictIcon };
  if (verdict === "new") return <IconFilePlus {...props} />;
  if (verdict === "replaces") return <IconRefresh {...props} />;
  if (verdict === "same") return <IconEqual {...props} />;
  return <IconCircleXFilled {...props} />;
}

import { Button } from "@mantine/core";
import { IconCircleCheck, IconPlayerPlay, IconPlus } from "@tabler/icons-react";
import type { Upload } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { count, formatBytes } from "~/model/words";
import classes from "./Upload.module.css";
import { VerdictIcon } from "./UploadRows";
import { faultInWords, runnable } from "./verdicts";

type Props = {
  upload: Upload;
  onShow: (path: string) => void;
  onRun: (targets: string[]) => void;
  onMore: () => void;
  onClose: () => void;
};

/** What became of each file, and the way on: run them. */
export function Stored({ upload, onShow, onRun, onMore, onClose }: Props) {
  const { items } = upload;
  const tests = runnable(items.map(({ path }) => path));
  const faults = items.filter(({ syntax_error }) => syntax_error !== null).length;
  const show = (path: string) => {
    onClose();
    onShow(path);
  };
  return (
    <div className={classes.pane}>
      <div className={classes.head} role="status">
        <IconCircleCheck size={16} stroke={1.75} className={classes.done} aria-hidden />
        <h2 className={classes.title}>{count(items.length, "file")} stored</h2>
        {faults > 0 && (
          <span className={classes.fault}>
            {count(faults, "file has a syntax error", "files have a syntax error")}
          </span>
        )}
      </div>
      <div className={classes.scroll}>
        <ul className={classes.rows} aria-label="Stored files">
          {items.slice(0, 300).map(({ path, size, replaced, syntax_error }) => (
            <li key={path} className={classes.stored} data-verdict={replaced ? "replaces" : "new"}>
              <VerdictIcon verdict={replaced ? "replaces" : "new"} />
              <button type="button" className={classes.path} onClick={() => show(path)}>
                <PathName path={path} />
              </button>
              <span className={classes.verdict}>{replaced ? "Replaced" : "New"}</span>
              <span className={classes.size}>{formatBytes(size)}</span>
              {syntax_error && (
                <p className={classes.faultLine}>
                  <span className={classes.fault}>{faultInWords(syntax_error)}</span>
                  {syntax_error.text && <code>{syntax_error.text}</code>}
                </p>
              )}
            </li>
          ))}
        </ul>
      </div>
      <div className={classes.foot}>
        <span className={classes.quiet} />
        <Button variant="subtle" onClick={onClose}>
          Done
        </Button>
        <Button leftSection={<IconPlus size={16} stroke={1.75} />} onClick={onMore}>
          Upload more
        </Button>
        <Button
          variant="filled"
          disabled={tests.length === 0}
          leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
          onClick={() => onRun(tests)}
        >
          Run these now
        </Button>
      </div>
    </div>
  );
}

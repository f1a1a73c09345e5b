import { Button } from "@mantine/core";
import { IconCloudUpload } from "@tabler/icons-react";
import classes from "./Upload.module.css";

type Props = { onFiles: () => void; onFolder: () => void };

/** Says that files may be dropped, and how else to choose them. */
export function DropHint({ onFiles, onFolder }: Props) {
  return (
    <div className={classes.hint}>
      <IconCloudUpload size={24} stroke={1.5} className={classes.hintIcon} aria-hidden />
      <div className={classes.hintText}>
        <p className={classes.hintTitle}>Drop files or folders anywhere on this page</p>
        <p className={classes.quiet}>.py files, data files beside them, or one .zip</p>
      </div>
      <Button onClick={onFiles}>Choose files</Button>
      <Button onClick={onFolder}>Choose folder</Button>
    </div>
  );
}

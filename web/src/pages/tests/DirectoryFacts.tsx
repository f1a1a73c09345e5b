import { IconFile, IconFileCode, IconFolder } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { directoryQuery } from "~/api/queries";
import { kindOf } from "~/catalog/rows";
import { Failure } from "~/components/failure/Failure";
import { Ago } from "~/components/time/Time";
import { count, formatBytes } from "~/model/words";
import classes from "./DetailsPane.module.css";

type Props = { path: string; onChoose: (path: string) => void };

/** More lines than anybody reads here; the tree has all. */
const MOST = 200;

/** What is directly in a directory. */
export function DirectoryFacts({ path, onChoose }: Props) {
  const { data, error, refetch } = useQuery(directoryQuery(path));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} compact />;
  if (!data) return null;
  const { directories, files } = data;
  const hidden = Math.max(0, directories.length - MOST) + Math.max(0, files.length - MOST);
  if (directories.length + files.length === 0)
    return <p className={classes.words}>This directory is empty.</p>;
  return (
    <>
      <p className={classes.words}>
        {[
          directories.length > 0 && count(directories.length, "directory", "directories"),
          files.length > 0 && count(files.length, "file"),
        ]
          .filter(Boolean)
          .join(", ")}
      </p>
      <ul className={classes.list} aria-label={path ? `In ${path}` : "In the tests root"}>
        {directories.slice(0, MOST).map(({ path: inside, name }) => (
          <li key={inside} className={classes.line}>
            <IconFolder {...iconProps} />
            <Entry path={inside} name={name} onChoose={onChoose} />
          </li>
        ))}
        {files.slice(0, MOST).map((file) => (
          <li key={file.path} className={classes.line}>
            {kindOf(file.path) === "file" ? (
              <IconFileCode {...iconProps} />
            ) : (
              <IconFile {...iconProps} />
            )}
            <Entry path={file.path} name={file.name} onChoose={onChoose} />
            <Ago at={file.modified_at} className={classes.quiet} />
            <span className={classes.size}>{formatBytes(file.size)}</span>
          </li>
        ))}
        {hidden > 0 && <li className={classes.line}>and {hidden} more</li>}
      </ul>
    </>
  );
}

const iconProps = { size: 14, stroke: 1.75, className: classes.icon, "aria-hidden": true };

type EntryProps = { path: string; name: string; onChoose: (path: string) => void };

function Entry({ path, name, onChoose }: EntryProps) {
  return (
    <button type="button" className={classes.entry} title={path} onClick={() => onChoose(path)}>
      {name}
    </button>
  );
}

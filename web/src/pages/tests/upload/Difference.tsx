import { useQuery } from "@tanstack/react-query";
import { structuredPatch } from "diff";
import { useEffect, useMemo, useState } from "react";
import { fileTextQuery } from "~/api/queries";
import { Pieces } from "~/components/code/Pieces";
import { highlightPython } from "~/components/code/python";
import { Failure } from "~/components/failure/Failure";
import { formatBytes } from "~/model/words";
import classes from "./Difference.module.css";

type Props = { path: string; file: File };

/** Above this, comparing would hold up the page. */
const MOST_BYTES = 1024 * 1024;

/** What a file would change in the one that it replaces. */
export function Difference({ path, file }: Props) {
  const before = useQuery(fileTextQuery(path));
  const [after, setAfter] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    void file.text().then((text) => !gone && setAfter(text));
    return () => {
      gone = true;
    };
  }, [file]);
  const tooLarge = Math.max(file.size, before.data?.length ?? 0) > MOST_BYTES;
  const hunks = useMemo(() => {
    if (before.data === undefined || after === null || tooLarge) return null;
    return structuredPatch("", "", before.data, after, "", "", { context: 3 })?.hunks ?? [];
  }, [before.data, after, tooLarge]);
  if (before.error) return <Failure error={before.error} compact />;
  if (tooLarge) {
    return (
      <p className={classes.aside}>
        {path} is {formatBytes(file.size)}: too large to be compared here.
      </p>
    );
  }
  if (!hunks) return null;
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const added = lines.filter((line) => line.startsWith("+")).length;
  const removed = lines.filter((line) => line.startsWith("-")).length;
  return (
    <section className={classes.box} aria-label={`Difference of ${path}`}>
      <header className={classes.head}>
        <span className="mono">{path}</span>
        <b className={classes.added}>+{added}</b>
        <b className={classes.removed}>−{removed}</b>
        <span className={classes.aside}>Queued runs keep the version they were asked with</span>
      </header>
      <div className={classes.code}>
        {hunks.map((hunk) => (
          <div key={`${hunk.oldStart} ${hunk.newStart}`} className={classes.hunk}>
            {numbered(hunk).map(({ sign, number, text }) => (
              <div key={`${sign} ${number}`} className={classes.line} data-sign={sign}>
                <span className={classes.sign}>{sign}</span>
                <span className={classes.number}>{number}</span>
                <span>
                  <Pieces pieces={highlightPython(text)} />
                </span>
              </div>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

type Hunk = { oldStart: number; newStart: number; lines: string[] };

/** Lines with the numbers that they have in their own file. */
function numbered(hunk: Hunk) {
  let before = hunk.oldStart;
  let after = hunk.newStart;
  return hunk.lines.flatMap((line) => {
    const sign = line.charAt(0);
    // A remark about a missing newline at the end.
    if (sign === "\\") return [];
    const number = sign === "-" ? before : after;
    if (sign !== "+") before += 1;
    if (sign !== "-") after += 1;
    return [{ sign, number, text: line.slice(1) }];
  });
}

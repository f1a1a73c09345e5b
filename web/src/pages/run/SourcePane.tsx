import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { toProblem } from "~/api/problem";
import { fileTextQuery, sourceQuery } from "~/api/queries";
import type { RunDetail, TestCase } from "~/api/types";
import { Pieces } from "~/components/code/Pieces";
import { highlightPython } from "~/components/code/python";
import { CopyButton } from "~/components/copy/CopyButton";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { formatNumber } from "~/model/words";
import own from "./DetailsPane.module.css";
import { BackToTests, PaneSwitch, type Segments } from "./PaneSwitch";
import panes from "./RunPage.module.css";
import classes from "./SourcePane.module.css";
import { lineOfTest, pathOfTest, windowAround } from "./source";

type Props = {
  run: RunDetail;
  test: TestCase;
  segments: Segments;
  onBack: (() => void) | null;
};

/** The file of a test as it was when the run was asked for, at the line that failed or where the test begins. */
export function SourcePane({ run, test, segments, onBack }: Props) {
  const path = pathOfTest(test.nodeid);
  const { data, error, asItRan, refetch } = useSource(run.id, path);
  return (
    <>
      <div className={panes.paneBar}>
        {onBack && <BackToTests onBack={onBack} />}
        <PaneSwitch segments={segments} test={test} />
        <div className={panes.paneTools}>
          {data !== undefined && <CopyButton text={data} label="Copy the file" word="Copy" />}
        </div>
      </div>
      <section className={own.details} aria-label={`Source of ${path}`}>
        {data !== undefined ? (
          <File path={path} text={data} test={test} asItRan={asItRan} />
        ) : error ? (
          <Failure error={error} onRetry={refetch} />
        ) : (
          <SkeletonRows height={20} label="Loading the source" />
        )}
      </section>
    </>
  );
}

/** The file as it ran; where the run kept no copy of it, as it is now, which is then said. */
function useSource(runId: number, path: string) {
  const kept = useQuery(sourceQuery(runId, path));
  const missing = kept.error !== null && toProblem(kept.error).status === 404;
  const present = useQuery({ ...fileTextQuery(path), enabled: missing });
  const used = missing ? present : kept;
  return {
    data: used.data,
    error: used.error,
    asItRan: !missing,
    refetch: () => void kept.refetch(),
  };
}

type FileProps = { path: string; text: string; test: TestCase; asItRan: boolean };

function File({ path, text, test, asItRan }: FileProps) {
  const lines = useMemo(() => text.replace(/\n$/, "").split("\n"), [text]);
  const { line, failed } = useMemo(() => lineOfTest(lines, test), [lines, test]);
  const [from, to] = windowAround(line, lines.length);
  const marked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (line > 0) marked.current?.scrollIntoView({ block: "center" });
  }, [line]);
  return (
    <section className={own.box}>
      <div className={own.boxHead}>
        <h2 className={classes.path}>
          <PathName path={path} className={own.path} />
        </h2>
        <span className={own.quiet}>
          {asItRan ? "as it ran" : "as it is now: the run keeps only files that it names"}
        </span>
        {to - from + 1 < lines.length && (
          <span className={own.quiet}>
            lines {formatNumber(from)} to {formatNumber(to)} of {formatNumber(lines.length)}
          </span>
        )}
      </div>
      <div className={own.code}>
        {lines.slice(from - 1, to).map((content, index) => {
          const number = from + index;
          const here = number === line;
          return (
            <div
              key={number}
              ref={here ? marked : undefined}
              className={own.codeLine}
              data-failed={(here && failed) || undefined}
              data-begins={(here && !failed) || undefined}
            >
              <span className={own.number}>{number}</span>
              <span>
                <Pieces pieces={highlightPython(content)} />
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { casesQuery, fileChangesQuery, fileTextQuery } from "~/api/queries";
import type { Tree } from "~/api/types";
import { kindOf, nameOf } from "~/catalog/rows";
import { parentOf } from "~/catalog/selection";
import { CopyButton } from "~/components/copy/CopyButton";
import { Failure } from "~/components/failure/Failure";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { Ago } from "~/components/time/Time";
import { count, formatBytes } from "~/model/words";
import classes from "./DetailsPane.module.css";
import { SourceView } from "./SourceView";
import { Versions } from "./Versions";

type Props = {
  /** The file, or one of its test cases. */
  path: string;
  facts: Tree["files"][number];
  version: string | null;
  onChoose: (path: string) => void;
  onVersion: (sha256: string | null) => void;
};

/** A file: its test cases, its text, its earlier versions. */
export function FileFacts({ path, facts, version, onChoose, onVersion }: Props) {
  const file = facts.path;
  const tests = kindOf(file) === "file";
  const cases = useQuery({ ...casesQuery(file), enabled: tests, retry: false });
  const source = useQuery(fileTextQuery(file, version ?? undefined));
  const changes = useQuery({ ...fileChangesQuery(file), retry: false }).data ?? [];
  const chosen = parentOf(path) === file ? path : null;
  const line = cases.data?.items.find(({ nodeid }) => nodeid === chosen)?.line ?? null;
  const address = `/api/v1/tests/source?path=${encodeURIComponent(file)}${version ? `&sha256=${version}` : ""}`;
  return (
    <>
      <div className={classes.facts}>
        <span>
          {formatBytes(facts.size)}, changed <Ago at={facts.modified_at} />
        </span>
        {tests && cases.isPending && <span className={classes.quiet}>Collecting its tests</span>}
        {cases.data && !cases.data.error && <span>{count(cases.data.items.length, "test")}</span>}
        {cases.error && <span className={classes.quiet}>{cases.error.message}</span>}
        <span className={classes.tools}>
          <Versions changes={changes} now={facts.sha256} version={version} onVersion={onVersion} />
          <CopyButton
            text={() => Promise.resolve(source.data ?? "")}
            disabled={source.data === undefined}
            label="Copy the text"
          />
          <Button
            component="a"
            href={address}
            download={nameOf(file)}
            size="compact-sm"
            leftSection={<IconDownload size={14} stroke={1.75} />}
          >
            Download
          </Button>
        </span>
      </div>
      {cases.data?.error && (
        <section className={classes.collect} aria-label="Why its tests cannot be collected">
          <h3>Its tests cannot be collected</h3>
          <pre>{cases.data.error}</pre>
        </section>
      )}
      {tests && cases.isPending && <div className={classes.awaited} />}
      {cases.data && cases.data.items.length > 0 && (
        <ul className={classes.cases} aria-label={`Tests of ${file}`}>
          {cases.data.items.slice(0, 300).map(({ nodeid }) => (
            <li key={nodeid}>
              <button
                type="button"
                className={classes.case}
                aria-pressed={nodeid === chosen}
                title={nodeid}
                onClick={() => onChoose(nodeid === chosen ? file : nodeid)}
              >
                {nameOf(nodeid)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {source.error && source.data === undefined && (
        <Failure error={source.error} onRetry={() => void source.refetch()} compact />
      )}
      {source.isPending && <SkeletonRows rows={10} height={20} label="Loading the text" />}
      {source.data !== undefined && (
        <SourceView text={source.data} name={file} line={version ? null : line} />
      )}
    </>
  );
}

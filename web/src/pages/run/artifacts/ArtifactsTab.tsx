import { useThrottledValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { artifactsQuery } from "~/api/results";
import type { RunDetail } from "~/api/types";
import { CopyButton } from "~/components/copy/CopyButton";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { doneOf } from "~/model/run";
import { ArtifactList } from "./ArtifactList";
import { ArtifactPreview } from "./ArtifactPreview";
import classes from "./ArtifactsTab.module.css";

type Props = {
  run: RunDetail;
  wide: boolean;
  /** The name of the file that is looked at. */
  file: string | undefined;
  onFile: (name: string | undefined) => void;
};

/** A run that goes on is asked at most this often whether its tests left more. */
const BREATH_MS = 3000;

/** What the tests left in PROCTOR_ARTIFACTS: the files, and one of them in a pane. */
export function ArtifactsTab({ run, wide, file, onFile }: Props) {
  const known = useThrottledValue(`${run.state} ${doneOf(run.progress)}`, BREATH_MS);
  const { data, error, refetch } = useQuery(artifactsQuery(run.id, known));
  if (run.pruned.some(({ part }) => part === "artifacts")) {
    return <Empty title="The artifacts were removed">The facts of the run say when and why.</Empty>;
  }
  if (!data) {
    return error ? (
      <Failure error={error} onRetry={() => void refetch()} />
    ) : (
      <SkeletonRows label="Loading the artifacts" />
    );
  }
  if (data.length === 0) return <NoArtifacts run={run} />;
  const chosen = data.find(({ name }) => name === file) ?? (wide ? data[0] : undefined);
  const list = (
    <>
      <ArtifactList
        runId={run.id}
        artifacts={data}
        chosen={chosen?.name ?? null}
        onChoose={(name) => onFile(name)}
      />
      <p className={classes.note}>
        Kept as the tests wrote them: secret variables are not masked in files.
      </p>
    </>
  );
  const preview = chosen && (
    <ArtifactPreview
      key={chosen.name}
      runId={run.id}
      artifact={chosen}
      onBack={wide ? null : () => onFile(undefined)}
    />
  );
  if (!wide) return <div className={classes.one}>{preview ?? list}</div>;
  return (
    <div className={classes.two}>
      <div className={classes.one}>{list}</div>
      <div className={classes.one}>{preview}</div>
    </div>
  );
}

const HOW = `import os
from pathlib import Path

folder = Path(os.environ["PROCTOR_ARTIFACTS"])
(folder / "page.png").write_bytes(picture)`;

/** Nothing yet, and how a test leaves something. */
function NoArtifacts({ run }: { run: RunDetail }) {
  const title =
    run.state === "queued"
      ? "No artifacts before the run"
      : run.state === "running"
        ? "No artifacts yet"
        : "The tests left no artifacts";
  return (
    <div className={classes.empty}>
      <Empty
        title={title}
        action={<CopyButton text={HOW} label="Copy these lines" word="Copy these lines" />}
      >
        Files that a test writes into the folder <code>PROCTOR_ARTIFACTS</code> are kept and shown
        here: pictures of a page, traces, reports.
      </Empty>
      <pre className={classes.how}>{HOW}</pre>
    </div>
  );
}

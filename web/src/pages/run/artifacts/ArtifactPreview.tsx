import { Button } from "@mantine/core";
import { IconChevronLeft, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { artifactAddress, artifactTextQuery } from "~/api/results";
import type { Artifact } from "~/api/types";
import { Pieces } from "~/components/code/Pieces";
import { CopyButton } from "~/components/copy/CopyButton";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { Ago } from "~/components/time/Time";
import { PLAIN, parseLine } from "~/log/ansi";
import { formatBytes, formatNumber } from "~/model/words";
import panes from "../RunPage.module.css";
import classes from "./ArtifactPreview.module.css";
import { kindOf } from "./kind";

type Props = { runId: number; artifact: Artifact; onBack: (() => void) | null };

/** One file: a picture or a text is shown, anything else is for saving. */
export function ArtifactPreview({ runId, artifact, onBack }: Props) {
  const { name, size, media_type: type } = artifact;
  const address = artifactAddress(runId, name);
  const kind = kindOf(type);
  return (
    <>
      <div className={panes.paneBar}>
        {onBack && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconChevronLeft size={16} />}
            onClick={onBack}
          >
            All artifacts
          </Button>
        )}
        <h2 className={classes.name}>
          <PathName path={name} />
        </h2>
        <Ago at={artifact.modified_at} className={classes.when} />
        <div className={panes.paneTools}>
          <CopyButton
            text={() => Promise.resolve(new URL(address, location.href).href)}
            label="Copy the link"
          />
          <Button
            component="a"
            href={address}
            download={name.split("/").at(-1)}
            variant="subtle"
            size="compact-sm"
            leftSection={<IconDownload size={14} stroke={1.75} />}
          >
            Download
          </Button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <section className={classes.preview} aria-label={`Preview of ${name}`} tabIndex={0}>
        {size === 0 ? (
          <Empty title="The file is empty" />
        ) : kind === "picture" ? (
          <Picture name={name} address={`${address}?at=${Date.parse(artifact.modified_at)}`} />
        ) : kind === "text" ? (
          <Text runId={runId} artifact={artifact} />
        ) : (
          <Empty
            title="This kind of file is not shown"
            action={
              <Button component="a" href={address} download={name.split("/").at(-1)}>
                Download {formatBytes(size)}
              </Button>
            }
          >
            Only pictures and text are: anything else could be made to act as this page.
          </Empty>
        )}
      </section>
    </>
  );
}

function Picture({ name, address }: { name: string; address: string }) {
  const [facts, setFacts] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <Empty title="The picture cannot be drawn">
        The file may not be whole yet, or it is no picture of the kind that its name says.
      </Empty>
    );
  }
  return (
    <figure className={classes.figure}>
      <img
        src={address}
        alt={name}
        className={classes.picture}
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
          setFacts(`${width} × ${height}`)
        }
        onError={() => setBroken(true)}
      />
      <figcaption className={classes.facts}>{facts}</figcaption>
    </figure>
  );
}

/** More lines than this are not drawn at once. */
const MOST_LINES = 3000;

function Text({ runId, artifact }: { runId: number; artifact: Artifact }) {
  const { data, error, refetch } = useQuery(artifactTextQuery(runId, artifact));
  const lines = useMemo(() => data?.text.replace(/\n$/, "").split("\n") ?? [], [data]);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows height={20} label="Loading the text" />;
  const shown = lines.slice(0, MOST_LINES);
  const cut = !data.whole || shown.length < lines.length;
  let style = PLAIN;
  return (
    <>
      {cut && (
        <p className={classes.cut}>
          The first {formatNumber(shown.length)} lines of {formatBytes(artifact.size)}. Download the
          file for the rest.
        </p>
      )}
      <div className={classes.text}>
        {shown.map((line, index) => {
          const parsed = parseLine(line, style);
          style = parsed.style;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line's place is its name.
            <div key={index} className={classes.line}>
              <span className={classes.number}>{index + 1}</span>
              <span>
                <Pieces pieces={parsed.line.pieces} />
              </span>
            </div>
          );
        })}
      </div>
    </>
  );
}

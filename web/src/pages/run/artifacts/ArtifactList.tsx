import { ActionIcon, TextInput } from "@mantine/core";
import { IconDownload, IconFile, IconFileText, IconFilter, IconPhoto } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { artifactAddress } from "~/api/results";
import type { Artifact } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { count, formatBytes } from "~/model/words";
import classes from "./ArtifactList.module.css";
import { kindOf } from "./kind";

type Props = {
  runId: number;
  artifacts: readonly Artifact[];
  chosen: string | null;
  onChoose: (name: string) => void;
};

const ROW = 34;
const ICONS = { picture: IconPhoto, text: IconFileText, other: IconFile };

/** The files by name, of which only those in sight are drawn: there may be ten thousand. */
export function ArtifactList({ runId, artifacts, chosen, onChoose }: Props) {
  const [filter, setFilter] = useState("");
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return artifacts.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  }, [artifacts, filter]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const bytes = artifacts.reduce((sum, { size }) => sum + size, 0);
  return (
    <>
      <div className={classes.bar}>
        <TextInput
          className={classes.filter}
          size="xs"
          aria-label="Filter artifacts"
          placeholder="Filter artifacts"
          leftSection={<IconFilter size={14} stroke={1.75} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <span className={classes.sum}>
          {count(artifacts.length, "file")}, {formatBytes(bytes)}
        </span>
      </div>
      {shown.length === 0 && <p className={classes.none}>No file by this name.</p>}
      <div ref={scroller} className={classes.scroller}>
        <ul
          className={classes.list}
          aria-label="Artifacts"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const artifact = shown[index];
            if (!artifact) return null;
            const { name, size, media_type: type } = artifact;
            const Icon = ICONS[kindOf(type)];
            return (
              <li
                key={name}
                className={classes.row}
                data-chosen={name === chosen || undefined}
                style={{ transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  className={classes.name}
                  aria-current={name === chosen ? "true" : undefined}
                  onClick={() => onChoose(name)}
                >
                  <Icon size={16} stroke={1.75} aria-hidden />
                  <PathName path={name} />
                </button>
                <span className={classes.size}>{formatBytes(size)}</span>
                <ActionIcon
                  component="a"
                  href={artifactAddress(runId, name)}
                  download={name.split("/").at(-1)}
                  aria-label={`Download ${name}`}
                  className={classes.download}
                >
                  <IconDownload size={16} stroke={1.75} />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

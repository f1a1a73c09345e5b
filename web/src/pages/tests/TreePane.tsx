import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconFile,
  IconFileCode,
  IconFilter,
  IconFlask,
  IconFolder,
  IconFolderOpen,
} from "@tabler/icons-react";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { browseRows, type CatalogRow, pathRows } from "~/catalog/rows";
import { above } from "~/catalog/selection";
import { useFileSearch, useTestTree } from "~/catalog/useTestTree";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { Key } from "~/components/key/Key";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { formatBytes } from "~/model/words";
import { Twist } from "~/tree/Twist";
import { type TreeControl, VirtualTree } from "~/tree/VirtualTree";
import classes from "./TreePane.module.css";

type Props = {
  path: string;
  text: string;
  onText: (text: string) => void;
  onChoose: (path: string) => void;
};

/** The tests root as a tree, with data files, down to single test cases. */
export const TreePane = memo(function TreePane({ path, text, onText, onChoose }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(above(path)));
  const [asked] = useDebouncedValue(text.trim(), 150);
  const tree = useTestTree(open, "everything");
  const search = useFileSearch(asked, "everything");
  const control = useRef<TreeControl>(null);
  const rows = useMemo(() => {
    const source = {
      inside: tree.inside,
      isOpen: (key: string) => open.has(key),
      isData: search.isData,
    };
    return asked ? pathRows(search.found ?? [], source, null) : browseRows(source, null);
  }, [tree, open, asked, search.found, search.isData]);

  // What is chosen elsewhere (a link, an upload, Back) is shown in the tree.
  useEffect(() => {
    setOpen((before) => {
      const missing = above(path).filter((key) => !before.has(key));
      return missing.length > 0 ? new Set([...before, ...missing]) : before;
    });
  }, [path]);
  const shown = useRef("");
  useEffect(() => {
    if (!path || shown.current === path || !rows.some((row) => row.key === path)) return;
    shown.current = path;
    control.current?.scrollTo(path);
  }, [path, rows]);

  const setRow = (row: CatalogRow, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(row.key);
    else next.delete(row.key);
    setOpen(next);
  };
  const choose = (row: CatalogRow) => {
    if (row.kind === "note") return;
    shown.current = row.key;
    // A directory opens with the click that chooses it; the second one closes it.
    if (row.kind === "directory") setRow(row, !row.expanded || row.key !== path);
    onChoose(row.key);
  };

  return (
    <section className={classes.pane} aria-label="Tests root">
      <div className={classes.bar}>
        <TextInput
          className={classes.filter}
          data-page-search
          aria-label="Filter by name"
          placeholder="Filter by name"
          leftSection={<IconFilter size={14} stroke={1.75} />}
          rightSection={<Key name="/" />}
          rightSectionPointerEvents="none"
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
        />
      </div>
      {rows.length > 0 ? (
        <VirtualTree
          rows={rows}
          label="Tests"
          selectedKey={path || null}
          control={control}
          onToggle={setRow}
          onChoose={choose}
          render={(row) => <Line row={row} onToggle={setRow} />}
        />
      ) : (
        <NoRows
          text={asked}
          searching={search.searching || text.trim() !== asked}
          loading={tree.loading}
          error={tree.error ?? search.error}
        />
      )}
      {asked && search.more && (
        <p className={classes.more}>More was found than is listed: narrow the filter.</p>
      )}
    </section>
  );
});

type LineProps = { row: CatalogRow; onToggle: (row: CatalogRow, open: boolean) => void };

function Line({ row, onToggle }: LineProps) {
  const { kind, name, depth, expanded, size } = row;
  if (kind === "note") {
    return (
      <>
        <Twist open={undefined} depth={depth} />
        <span className={classes.note} data-bad={row.bad || undefined} title={name}>
          {name}
        </span>
      </>
    );
  }
  return (
    <>
      <Twist open={expanded} depth={depth} onToggle={() => onToggle(row, !expanded)} />
      <KindIcon kind={kind} open={expanded ?? false} />
      <span className={classes.name} title={row.key}>
        {name}
      </span>{" "}
      {size !== undefined && <span className={classes.size}>{formatBytes(size)}</span>}
    </>
  );
}

function KindIcon({ kind, open }: { kind: CatalogRow["kind"]; open: boolean }) {
  const props = { size: 14, stroke: 1.75, className: classes.icon, "aria-hidden": true };
  if (kind === "directory") return open ? <IconFolderOpen {...props} /> : <IconFolder {...props} />;
  if (kind === "case") return <IconFlask {...props} />;
  return kind === "file" ? <IconFileCode {...props} /> : <IconFile {...props} />;
}

type NoRowsProps = { text: string; searching: boolean; loading: boolean; error: Error | null };

function NoRows({ text, searching, loading, error }: NoRowsProps) {
  if (error) return <Failure error={error} compact />;
  if (text && searching) return <SkeletonRows rows={6} height={26} label="Searching" />;
  if (text) return <Empty title={`No file has “${text}” in its name`} />;
  if (loading) return <SkeletonRows rows={10} height={26} label="Loading the tests" />;
  return <Empty title="The tests root is empty">Drop test files here, and they appear.</Empty>;
}

import { Button, Checkbox, Modal, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconClipboardText, IconFilter, IconFolder } from "@tabler/icons-react";
import { memo, useMemo, useState } from "react";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { count, formatNumber } from "~/model/words";
import { Twist } from "~/tree/Twist";
import { VirtualTree } from "~/tree/VirtualTree";
import { browseRows, type CatalogRow, pathRows } from "./rows";
import { toggle, toggleAll } from "./selection";
import classes from "./TestPicker.module.css";
import { useFileSearch, useTestTree } from "./useTestTree";

type Props = {
  targets: readonly string[];
  error: string | null;
  onChange: (targets: string[]) => void;
};

/** The tests root as a tree: search it, open it down to single test cases, select any of it. */
export const TestPicker = memo(function TestPicker({ targets, error, onChange }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState("");
  const [only, setOnly] = useState(false);
  const [asked] = useDebouncedValue(text, 150);
  const tree = useTestTree(open);
  const search = useFileSearch(asked);
  const selection = useMemo(() => new Set(targets), [targets]);
  const found = asked.trim() ? search.found : null;

  const rows = useMemo((): CatalogRow[] => {
    const source = { inside: tree.inside, isOpen: (key: string) => open.has(key) };
    if (only) return pathRows([...selection].filter(Boolean), source, selection);
    if (asked.trim()) return pathRows(found ?? [], source, selection);
    return browseRows(source, selection);
  }, [tree, open, only, selection, asked, found]);

  const check = (row: CatalogRow) => {
    if (row.kind === "note") return;
    const below = (found ?? []).filter((path) => path.startsWith(`${row.key}/`));
    const next =
      found && row.kind === "directory" && !found.includes(row.key)
        ? toggleAll(selection, below, tree.childrenOf)
        : toggle(selection, row.key, tree.childrenOf);
    onChange([...next]);
  };
  const setRow = (row: CatalogRow, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(row.key);
    else next.delete(row.key);
    setOpen(next);
  };

  return (
    <div>
      <div className={classes.label}>
        <span className={classes.name} id="tests-label">
          Tests
        </span>
        <span className={classes.note}>
          {targets.length === 0 ? "none selected" : `${formatNumber(targets.length)} selected`}
          {targets.length > 0 && (
            <button type="button" className={classes.clear} onClick={() => onChange([])}>
              Clear
            </button>
          )}
        </span>
      </div>
      <div className={classes.box} data-wrong={error ? true : undefined}>
        <div className={classes.bar}>
          <TextInput
            className={classes.filter}
            data-page-search
            aria-label="Filter by name"
            placeholder="Filter by name"
            leftSection={<IconFilter size={14} stroke={1.75} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setOnly(false);
            }}
          />
          <Button
            size="compact-sm"
            aria-pressed={only}
            className={classes.only}
            disabled={targets.length === 0 && !only}
            onClick={() => setOnly(!only)}
          >
            Selected only
          </Button>
          <PasteList onPaste={(list) => onChange([...new Set([...targets, ...list])])} />
        </div>
        <div className={classes.tree}>
          {rows.length > 0 ? (
            <VirtualTree
              rows={rows}
              label="Tests"
              multiple
              onToggle={setRow}
              onChoose={(row) => check(row)}
              onCheck={check}
              render={(row) => <Line row={row} onToggle={setRow} />}
            />
          ) : (
            <NoRows
              text={asked.trim()}
              only={only}
              searching={search.searching || text !== asked}
              loading={tree.loading}
              error={tree.error ?? search.error}
            />
          )}
        </div>
        {asked.trim() && search.more && (
          <p className={classes.more}>More was found than is listed: narrow the filter.</p>
        )}
      </div>
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
});

type LineProps = { row: CatalogRow; onToggle: (row: CatalogRow, open: boolean) => void };

function Line({ row, onToggle }: LineProps) {
  if (row.kind === "note") {
    return (
      <>
        <Twist open={undefined} depth={row.depth} />
        <span className={classes.inside} data-bad={row.bad || undefined} title={row.name}>
          {row.name}
        </span>
      </>
    );
  }
  return (
    <>
      <Twist open={row.expanded} depth={row.depth} onToggle={() => onToggle(row, !row.expanded)} />
      <Checkbox
        className={classes.check}
        checked={row.checked === true}
        indeterminate={row.checked === "mixed"}
        tabIndex={-1}
        aria-hidden
        readOnly
      />
      {row.kind === "directory" && (
        <IconFolder size={14} stroke={1.75} className={classes.icon} aria-hidden />
      )}
      <span className={classes.path} title={row.key}>
        {row.name}
      </span>
    </>
  );
}

type NoRowsProps = {
  text: string;
  only: boolean;
  searching: boolean;
  loading: boolean;
  error: Error | null;
};

function NoRows({ text, only, searching, loading, error }: NoRowsProps) {
  if (error) return <Failure error={error} compact />;
  if (only) return <Empty title="Nothing is selected" />;
  if (text && searching) return <SkeletonRows rows={6} height={26} label="Searching" />;
  if (text) return <Empty title={`No file has “${text}” in its name`} />;
  if (loading) return <SkeletonRows rows={10} height={26} label="Loading the tests" />;
  return (
    <Empty title="The tests root is empty">Put test files below it, and they appear here.</Empty>
  );
}

/** Paths and nodeids from elsewhere, one in a line. */
function PasteList({ onPaste }: { onPaste: (list: string[]) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const list = text
    .split("\n")
    .map((line) => line.trim().replace(/^(?:FAILED|ERROR)\s+|\s+-\s.*$/g, ""))
    .filter((line) => line !== "" && !line.startsWith("#"));
  const add = () => {
    onPaste(list);
    setText("");
    setOpen(false);
  };
  return (
    <>
      <Button
        size="compact-sm"
        leftSection={<IconClipboardText size={14} stroke={1.75} />}
        onClick={() => setOpen(true)}
      >
        Paste list
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Paste a list of tests" size="lg">
        <Textarea
          aria-label="Paths and nodeids, one in a line"
          description="Paths and nodeids below the tests root, one in a line. Lines of pytest's own summary work too."
          autosize
          minRows={8}
          maxRows={20}
          value={text}
          classNames={{ input: "mono" }}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={classes.modalFoot}>
          <Button variant="filled" disabled={list.length === 0} onClick={add}>
            Select {count(list.length, "target")}
          </Button>
        </div>
      </Modal>
    </>
  );
}

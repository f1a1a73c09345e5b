import { TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type ReactNode, useRef, useState } from "react";
import { Failure } from "~/components/failure/Failure";
import { Key } from "~/components/key/Key";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import classes from "./ListPane.module.css";

export type ListEntry = { key: string; name: string; before?: string; note?: string };

type Props = {
  label: string;
  entries: readonly ListEntry[] | undefined;
  error: Error | null;
  chosen: string | null;
  empty: ReactNode;
  onChoose: (key: string) => void;
  onRetry: () => void;
};

/** The left side of a page that lists a few hundred things and shows one of them. */
export function ListPane({ label, entries, error, chosen, empty, onChoose, onRetry }: Props) {
  const [text, setText] = useState("");
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = entries?.filter(({ name, before = "", note = "" }) =>
    words.every((word) => `${before} ${name} ${note}`.toLowerCase().includes(word)),
  );
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState<string | null>(null);
  // One stop for the Tab key, however long the list is; the arrows go on from there.
  const reached = [at, chosen, shown?.[0]?.key].find((key) =>
    shown?.some((entry) => entry.key === key),
  );
  const focus = (index: number) => list.current?.querySelectorAll("button")[index]?.focus();
  const onArrow = (event: React.KeyboardEvent) => {
    const last = (shown?.length ?? 0) - 1;
    const here = shown?.findIndex(({ key }) => key === reached) ?? 0;
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focus(Math.min(last, Math.max(0, to)));
  };
  const onFilterKey = (event: React.KeyboardEvent) => {
    const first = shown?.[0];
    if (event.key === "ArrowDown") focus(0);
    else if (event.key === "Enter" && text && first) onChoose(first.key);
    else if (event.key === "Escape" && text) setText("");
    else return;
    event.preventDefault();
  };
  return (
    <section className={classes.pane} aria-label={label}>
      <div className={classes.bar}>
        <TextInput
          data-page-search
          aria-label="Filter by name"
          placeholder="Filter by name"
          leftSection={<IconFilter size={14} stroke={1.75} />}
          rightSection={<Key name="/" />}
          rightSectionPointerEvents="none"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onFilterKey}
        />
      </div>
      {error && !entries && <Failure error={error} onRetry={onRetry} compact />}
      {!error && !entries && <SkeletonRows rows={8} label={`Loading ${label.toLowerCase()}`} />}
      {entries?.length === 0 && empty}
      {entries && entries.length > 0 && shown?.length === 0 && (
        <p className={classes.none}>None by this name.</p>
      )}
      {shown && (
        <ul ref={list} className={classes.list} onKeyDown={onArrow}>
          {shown?.map(({ key, name, before, note }) => (
            <li key={key}>
              <button
                type="button"
                className={classes.row}
                aria-current={key === chosen ? "true" : undefined}
                tabIndex={key === reached ? 0 : -1}
                onFocus={() => setAt(key)}
                onClick={() => onChoose(key)}
              >
                {before && <span className={classes.before}>{before}</span>}
                <span className={classes.name} title={name}>
                  {name}
                </span>
                {note && <span className={classes.note}>{note}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

import { TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
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
        />
      </div>
      {error && !entries && <Failure error={error} onRetry={onRetry} compact />}
      {!error && !entries && <SkeletonRows rows={8} label={`Loading ${label.toLowerCase()}`} />}
      {entries?.length === 0 && empty}
      {entries && entries.length > 0 && shown?.length === 0 && (
        <p className={classes.none}>None by this name.</p>
      )}
      <ul className={classes.list}>
        {shown?.map(({ key, name, before, note }) => (
          <li key={key}>
            <button
              type="button"
              className={classes.row}
              aria-current={key === chosen ? "true" : undefined}
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
    </section>
  );
}

import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Empty } from "~/components/empty/Empty";
import { PageHead } from "~/components/page-head/PageHead";
import { count } from "~/model/words";
import { type ListEntry, ListPane } from "./ListPane";
import classes from "./Split.module.css";

type Props = {
  /** What is listed: `plan`. */
  kind: string;
  /** Undefined until they are known. */
  entries: readonly ListEntry[] | undefined;
  error: Error | null;
  /** The key in the address; what it names may be gone. */
  wished: string | undefined;
  isNew: boolean;
  /** What such a thing is for, told while there is none. */
  purpose: string;
  onOpen: (key: string) => void;
  onNew: () => void;
  onRetry: () => void;
  /** The editor of the one that is open. */
  children: ReactNode;
};

/** A page that lists a few hundred things of one kind, and edits one of them beside the list. */
export function ListPage(props: Props) {
  const { kind, entries, error, wished, isNew, purpose, onOpen, onNew, onRetry, children } = props;
  const Kind = kind.charAt(0).toUpperCase() + kind.slice(1);
  const none = entries?.length === 0;
  return (
    <div className={classes.page}>
      <PageHead
        title={`${Kind}s`}
        note={entries && !none ? count(entries.length, kind) : undefined}
        actions={
          <Button
            leftSection={<IconPlus size={16} stroke={1.75} />}
            disabled={isNew}
            onClick={onNew}
          >
            New {kind}
          </Button>
        }
      />
      <div className={classes.body} data-detail={isNew || wished ? true : undefined}>
        <ListPane
          label={`${Kind}s`}
          entries={entries}
          error={error}
          chosen={wished ?? null}
          empty={<Empty title={`No ${kind} yet`}>{purpose}</Empty>}
          onChoose={onOpen}
          onRetry={onRetry}
        />
        <section className={classes.details} aria-label={Kind}>
          {children ??
            (wished && entries ? (
              <Empty title={`There is no ${kind} ${wished}`}>
                It may have been renamed or deleted.
              </Empty>
            ) : (
              entries && !none && <Empty title={`Choose a ${kind} to see what is in it`} />
            ))}
        </section>
      </div>
    </div>
  );
}

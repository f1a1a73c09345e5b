import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allChangesQuery } from "~/api/admin";
import type { FileChange } from "~/api/types";
import { Block } from "~/components/facts/Facts";
import facts from "~/components/facts/Facts.module.css";
import { Failure } from "~/components/failure/Failure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { Ago } from "~/components/time/Time";
import { useTopic } from "~/live/live";
import classes from "./AdminPage.module.css";

/** Who changed which test files through Proctor. */
export function Changes() {
  // What changes below the tests root is told, and makes these stale.
  useTopic("tests");
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(allChangesQuery);
  const changes = data?.pages.flatMap(({ items }) => items);
  return (
    <Block
      title="Changes of test files"
      note="through Proctor; git and editors leave no trace here"
    >
      {error && <Failure error={error} onRetry={() => void refetch()} compact />}
      {!changes && !error && <SkeletonRows rows={5} label="Loading the changes" />}
      {changes?.length === 0 && (
        <p className={facts.quiet}>Nobody has uploaded, moved or deleted a file here yet.</p>
      )}
      {changes && changes.length > 0 && (
        <ul aria-label="Changes of test files">
          {changes.map((change) => (
            <Change key={change.id} change={change} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button
          className={classes.older ?? ""}
          size="compact-sm"
          variant="subtle"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Older
        </Button>
      )}
    </Block>
  );
}

function Change({ change }: { change: FileChange }) {
  const { kind, path, moved_from: from, changed_by: who, changed_at: at } = change;
  return (
    <li className={classes.change} title={from ? `${from} → ${path}` : undefined}>
      <Ago at={at} className={classes.when} />
      <span className={classes.who} title={who ?? undefined}>
        {who ?? <span className={facts.quiet}>nobody named</span>}
      </span>
      <span className={classes.kind}>{kind}</span>
      <span className={classes.path}>
        {kind === "deleted" ? (
          <PathName path={path} />
        ) : (
          <Link to="/tests" search={{ path }}>
            <PathName path={path} />
          </Link>
        )}
      </span>
    </li>
  );
}

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { toProblem } from "~/api/problem";
import { runQuery } from "~/api/queries";
import type { RunDetail } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useTopic } from "~/live/live";
import { STATUS_WORDS, type Status, shareOf, statusOf, titleOf } from "~/model/run";
import { useFavicon, useTitle } from "~/platform/favicon";
import { RunBody } from "./RunBody";
import { RunFacts } from "./RunFacts";
import { RunHead } from "./RunHead";
import classes from "./RunPage.module.css";

const route = getRouteApi("/runs/$id");

/** One run: everything that was asked for, its tests and its log, live. */
export function RunPage() {
  const { id: text } = route.useParams();
  const id = /^\d{1,15}$/.test(text) ? Number(text) : null;
  if (id === null) return <NoSuchRun name={text} />;
  return <KnownRun key={id} id={id} />;
}

function KnownRun({ id }: { id: number }) {
  useTopic(`run:${id}`);
  const { data: run, error, refetch } = useQuery(runQuery(id));

  if (!run) {
    const problem = error && toProblem(error);
    if (problem?.status === 404) return <NoSuchRun name={String(id)} />;
    if (problem?.status === 410) return <RemovedRun id={id} words={problem.message} />;
    return (
      <>
        <PageHead title={`Run ${id}`} />
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows label="Loading the run" />
        )}
      </>
    );
  }
  return (
    <div className={classes.page}>
      <PageMarks run={run} />
      <RunHead run={run} />
      <RunFacts run={run} />
      <RunBody run={run} />
    </div>
  );
}

const FAVICON: Record<Status, string> = {
  queued: "--muted",
  running: "--running-fill",
  passed: "--passed-fill",
  failed: "--failed-fill",
  error: "--error",
  no_tests: "--muted",
  timed_out: "--timeout",
  cancelled: "--muted",
  lost: "--lost",
};

/** Title and mark of the browser's tab: how it stands is seen without going there. */
function PageMarks({ run }: { run: RunDetail }) {
  const status = statusOf(run);
  const share = shareOf(run.progress);
  const word =
    status === "running" && share !== null ? `${Math.floor(share * 100)}%` : STATUS_WORDS[status];
  useTitle(`${word} · ${run.id} ${titleOf(run)} · Proctor`);
  useFavicon(FAVICON[status]);
  return null;
}

function RemovedRun({ id, words }: { id: number; words: string }) {
  useTitle("Removed run · Proctor");
  return (
    <>
      <PageHead title="Runs" />
      <Empty
        title={`Run ${id} is not there any more`}
        action={
          <Button component={Link} to="/runs">
            All runs
          </Button>
        }
      >
        {words}
      </Empty>
    </>
  );
}

function NoSuchRun({ name }: { name: string }) {
  useTitle("No such run · Proctor");
  return (
    <>
      <PageHead title="Runs" />
      <Empty
        title={`There is no run ${name}`}
        action={
          <Button component={Link} to="/runs">
            All runs
          </Button>
        }
      >
        The number may have a mistake.
      </Empty>
    </>
  );
}

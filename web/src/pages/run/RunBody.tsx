import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { commentsQuery } from "~/api/comments";
import { fetchFailures, fetchLines, fetchTests, keys } from "~/api/queries";
import type { Page, RunDetail, TestCase } from "~/api/types";
import { listen } from "~/live/live";
import { LogPages } from "~/log/pages";
import { badOf } from "~/model/run";
import { ArtifactsTab } from "./artifacts/ArtifactsTab";
import { DetailsPane } from "./DetailsPane";
import { LogPane } from "./LogPane";
import { LeakTab } from "./leak/LeakTab";
import { isBad } from "./nodeid";
import { PaneSplit } from "./PaneSplit";
import type { Segments } from "./PaneSwitch";
import { RunInfo } from "./RunInfo";
import classes from "./RunPage.module.css";
import { RunResources } from "./RunResources";
import { RunTabs, type TabName } from "./RunTabs";
import { RerunsTab } from "./reruns/RerunsTab";
import { RunTests } from "./runTests";
import { SourcePane } from "./SourcePane";
import type { RunSearch } from "./search";
import { TestsPane } from "./TestsPane";

const route = getRouteApi("/runs/$id");

/** The tests beside the log, or one of them where there is no room for both. */
export function RunBody({ run }: { run: RunDetail }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const wide = useMediaQuery("(min-width: 1200px)", true, { getInitialValueInEffect: false });
  const { tests, loaded } = useRunTests(run.id);
  useLabels(run, tests);
  // Asked for together with the tests: a failure that is shown with its comments does not move when they come.
  useQuery(commentsQuery(run.id, run.comments));
  const pages = useLogPages(run);
  const [watchedLive] = useState(run.state !== "finished");
  const selected = useSelected(tests, run, search, wide === true && !watchedLive);

  const change = (next: Partial<RunSearch>) =>
    void navigate({
      to: "/runs/$id",
      params: { id: String(run.id) },
      search: (before) => ({ ...before, ...next }),
      hash: true,
      replace: true,
    });
  const select = (test: TestCase | null) =>
    void navigate({
      to: "/runs/$id",
      params: { id: String(run.id) },
      search: ({ pane: _, ...before }) => ({ ...before, test: test?.nodeid }) as RunSearch,
      hash: "",
      replace: true,
    });
  const pane = search.pane ?? (selected && isBad(selected.outcome) ? "details" : "log");
  const tab: TabName = search.tab ?? (wide ? "tests" : run.state === "finished" ? "tests" : "log");
  const showTest = (test: TestCase) =>
    void navigate({
      to: "/runs/$id",
      params: { id: String(run.id) },
      search: { test: test.nodeid, pane: "details" },
    });
  const showLog = () => change(wide ? { pane: "log" } : { pane: "log", tab: "log" });

  const segments: Segments = {
    pane: wide || pane === "source" ? pane : "details",
    panes: wide ? ["details", "log", "source"] : ["details", "source"],
    onPane: (next) => change({ pane: next }),
  };
  const onBack = wide ? null : () => select(null);

  const testsPane = (
    <TestsPane
      run={run}
      tests={tests}
      loaded={loaded}
      search={search}
      onChange={change}
      onSelect={select}
      selected={selected}
    />
  );
  const logPane = (
    <LogPane
      run={run}
      pages={pages}
      selected={selected}
      segments={wide && selected && selected.outcome !== "running" ? segments : null}
    />
  );
  const details = selected && (
    <DetailsPane run={run} test={selected} segments={segments} onLog={showLog} onBack={onBack} />
  );

  const source = selected && (
    <SourcePane run={run} test={selected} segments={segments} onBack={onBack} />
  );
  const beside = { details, source, log: logPane }[pane] ?? logPane;

  return (
    <>
      <RunTabs
        wide={wide ?? true}
        tab={tab}
        tests={run.progress}
        hunt={Boolean(run.options.leak)}
        reruns={run.rerun_of !== null || run.reruns.length > 0}
        comments={run.comments}
        onTab={(next) => change({ tab: next })}
      />
      {tab === "reruns" ? (
        <RerunsTab run={run} />
      ) : tab === "info" ? (
        <RunInfo run={run} />
      ) : tab === "artifacts" ? (
        <ArtifactsTab
          run={run}
          wide={wide ?? true}
          file={search.file}
          onFile={(file) => change({ file } as Partial<RunSearch>)}
        />
      ) : tab === "leak" ? (
        <LeakTab run={run} />
      ) : tab === "resources" ? (
        <RunResources run={run} tests={tests} loaded={loaded} onTest={showTest} />
      ) : wide ? (
        <PaneSplit left={testsPane} right={beside} />
      ) : tab === "log" ? (
        <div className={classes.pane}>{logPane}</div>
      ) : (
        <div className={classes.pane}>
          {(search.test && (pane === "source" ? source : details)) || testsPane}
        </div>
      )}
    </>
  );
}

/** The test cases of the run, kept by the stream. */
function useRunTests(id: number): { tests: RunTests; loaded: boolean } {
  const tests = useMemo(
    () => new RunTests((cursor, signal) => fetchTests(id, cursor, signal)),
    [id],
  );
  useEffect(
    () =>
      listen((events) =>
        tests.hear(
          events.flatMap((event) =>
            event.type === "test" && event.data.run_id === id ? [event.data] : [],
          ),
        ),
      ),
    [tests, id],
  );
  const { data } = useQuery({
    queryKey: [...keys.run(id), "tests"],
    queryFn: ({ signal }) => tests.load(signal),
    gcTime: 0,
  });
  return { tests, loaded: data !== undefined };
}

/** Waits for this long after a failure, because many may come at once. */
const LABELS_MS = 600;

/** Learns what failures seem to be that the stream told of; those that were there before are labelled already. */
function useLabels(run: RunDetail, tests: RunTests): void {
  const bad = badOf(run.progress);
  const known = useRef(run.state === "finished" ? bad : 0);
  useEffect(() => {
    if (bad <= known.current) return;
    const stop = new AbortController();
    const learn = async () => {
      let cursor: string | null = null;
      do {
        const page: Page<TestCase> = await fetchFailures(run.id, cursor, stop.signal);
        tests.label(page.items);
        cursor = page.next_cursor ?? null;
      } while (cursor);
      known.current = bad;
    };
    // Without labels everything else is still right: nobody is told when they cannot be had.
    const timer = setTimeout(() => void learn().catch(() => undefined), LABELS_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [run.id, bad, tests]);
}

/** The lines of the run's log near the eye; it learns how long the log is from the run. */
function useLogPages(run: RunDetail): LogPages {
  const { id, log } = run;
  const first = useRef(log);
  const pages = useMemo(() => {
    const made = new LogPages((from, count, signal) => fetchLines(id, from, count, signal));
    made.grow(first.current);
    return made;
  }, [id]);
  useEffect(() => pages.grow(log), [pages, log]);
  useEffect(() => () => pages.close(), [pages]);
  return pages;
}

/** The test case of the address; without one, the first failure of a run that had ended when it was opened. */
function useSelected(
  tests: RunTests,
  run: RunDetail,
  search: RunSearch,
  byItself: boolean,
): TestCase | null {
  const version = useSyncExternalStore(tests.subscribe, tests.version);
  return useMemo(() => {
    void version;
    if (search.test) return tests.cases.get(search.test) ?? null;
    if (!byItself || run.state !== "finished") return null;
    for (const test of tests.cases.values()) if (isBad(test.outcome)) return test;
    return null;
  }, [tests, version, search.test, byItself, run.state]);
}

import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState, useSyncExternalStore } from "react";
import { usageQuery } from "~/api/results";
import type { RunDetail, TestCase, UsageSeries } from "~/api/types";
import facts from "~/components/facts/Facts.module.css";
import { Failure } from "~/components/failure/Failure";
import { TEST_WORDS } from "~/model/run";
import { clock, testDuration } from "~/model/time";
import { formatBytes, sentence } from "~/model/words";
import type { RunTests } from "../runTests";
import classes from "./RunUsage.module.css";
import { columnsOf, inOneSentence, spansOf, testsAt } from "./series";

const UsageChart = lazy(() => import("./UsageChart"));

type Props = { run: RunDetail; tests: RunTests; onTest: (test: TestCase) => void };

/** What the run used over time, live, and what ran then. */
export function RunUsage({ run, tests, onTest }: Props) {
  const { data, error, refetch } = useQuery(usageQuery(run.id));
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className={`${facts.block} ${classes.awaited}`} />;
  return (
    <section
      className={`${facts.block} ${classes.usage}`}
      aria-label="Processor and memory over time"
    >
      <Near words={data.near} />
      {data.items.length < 2 ? (
        <p className={classes.quiet}>
          {run.state === "running"
            ? "The first samples are on their way."
            : "It was too short, or is too old, for samples over time."}
        </p>
      ) : (
        <Chart run={run} tests={tests} series={data} onTest={onTest} />
      )}
    </section>
  );
}

/** Limits that it came near, in words. */
function Near({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null;
  return (
    <div className={classes.near} role="note">
      <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
      <div>
        <b>Close to a limit</b>
        {words.map((each) => (
          <p key={each}>{sentence(each)}</p>
        ))}
      </div>
    </div>
  );
}

type ChartProps = Props & { series: UsageSeries };

function Chart({ run, tests, series, onTest }: ChartProps) {
  const version = useSyncExternalStore(tests.subscribe, tests.version);
  const [hover, setHover] = useState<{ seconds: number; reach: number } | null>(null);
  const { items, limits, near } = series;
  const start = Date.parse(run.started_at ?? items[0]?.at ?? "");
  const columns = useMemo(() => columnsOf(items, start), [items, start]);
  const end = start + (columns.at.at(-1) ?? 0) * 1000;
  const spans = useMemo(() => {
    void version;
    return spansOf(tests.cases.values(), start, end);
  }, [tests, version, start, end]);
  const isNear = near.some((words) => words.includes("memory"));
  const seconds = hover?.seconds ?? columns.at.at(-1) ?? 0;
  const [test, ...others] = testsAt(spans, seconds, hover?.reach ?? 0);
  const index = nearest(columns.at, seconds);
  return (
    <figure className={classes.figure}>
      <div className={classes.readout}>
        <span className={classes.time}>{clock(seconds * 1000)}</span>
        <span className={classes.memory}>{formatBytes(columns.memory[index] ?? 0)}</span>
        <span className={classes.cpu}>{Math.round(columns.cpu[index] ?? 0)} % of a core</span>
        {test && (
          <button type="button" className={classes.test} onClick={() => onTest(test)}>
            {test.nodeid}
          </button>
        )}
        {test && (
          <span className={classes.quiet}>
            {test.duration_ms === null || test.duration_ms === undefined
              ? TEST_WORDS[test.outcome]
              : testDuration(test.duration_ms)}
            {others.length > 0 && `, ${others.length} more at that time`}
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a picture; the same is in words above and in the lists below. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the test is a button in the line above. */}
      <div className={classes.chart} onClick={() => hover && test && onTest(test)}>
        <Suspense fallback={<div className={classes.picture} />}>
          <UsageChart
            columns={columns}
            spans={spans}
            limit={isNear && limits ? limits.memory_bytes : null}
            onTime={setHover}
          />
        </Suspense>
      </div>
      <figcaption className={classes.quiet}>
        {inOneSentence(columns)} The bars are the tests
        {spans.some(({ lane }) => lane > 0) ? ", those at one time below each other" : ""}; a high
        one failed.
      </figcaption>
    </figure>
  );
}

/** The place of the last time that is not after this one. */
function nearest(times: readonly number[], seconds: number): number {
  const after = times.findIndex((time) => time > seconds);
  return after < 0 ? times.length - 1 : Math.max(0, after - 1);
}

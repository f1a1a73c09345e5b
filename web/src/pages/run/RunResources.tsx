import { useMemo, useSyncExternalStore } from "react";
import type { RunDetail, TestCase } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { Block } from "~/components/facts/Facts";
import facts from "~/components/facts/Facts.module.css";
import { Figure, Figures } from "~/components/figure/Figure";
import { PathName } from "~/components/path/PathName";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { StateIcon } from "~/components/state/State";
import { duration, inWords, testDuration } from "~/model/time";
import { count, formatBytes } from "~/model/words";
import info from "./RunInfo.module.css";
import classes from "./RunResources.module.css";
import { RunUsage } from "./resources/RunUsage";
import { growthOf, reachOf } from "./resources/series";
import type { RunTests } from "./runTests";

type Props = {
  run: RunDetail;
  tests: RunTests;
  /** False until all test cases have been fetched once: those of a part are not the slowest of all. */
  loaded: boolean;
  onTest: (test: TestCase) => void;
};

/** What the run cost: time, processor, memory, output, and the tests that cost most. */
export function RunResources({ run, tests, loaded, onTest }: Props) {
  const version = useSyncExternalStore(tests.subscribe, tests.version);
  const hungry = useMemo(() => {
    void version;
    return most(tests, reachOf, NOTABLE);
  }, [tests, version]);
  const growing = useMemo(() => {
    void version;
    return most(tests, growthOf, NOTABLE);
  }, [tests, version]);
  const slow = useMemo(() => {
    void version;
    return most(tests, (test) => test.duration_ms);
  }, [tests, version]);
  if (run.state === "queued") {
    return <Empty title="Nothing used yet">What the run costs is told when it runs.</Empty>;
  }
  return (
    <div className={info.info}>
      <RunFigures run={run} />
      <RunUsage run={run} tests={tests} onTest={onTest} />
      {loaded ? (
        <>
          <TestList
            title="Slowest tests"
            tests={slow}
            figure={(test) => testDuration(test.duration_ms ?? 0)}
            share={(test) => test.duration_ms ?? 0}
            onTest={onTest}
          />
          <TestList
            title="Memory that tests kept"
            note="more after the test than before it"
            tests={growing}
            figure={(test) => `+${formatBytes(growthOf(test))}`}
            share={growthOf}
            onTest={onTest}
          />
          <TestList
            title="Memory that tests took at most"
            note="above what there was before the test"
            tests={hungry}
            figure={(test) => `+${formatBytes(reachOf(test))}`}
            share={reachOf}
            onTest={onTest}
          />
        </>
      ) : (
        <SkeletonRows rows={5} label="Loading the tests" />
      )}
    </div>
  );
}

function RunFigures({ run }: { run: RunDetail }) {
  const { usage, duration_ms: took } = run;
  const cores = usage && took ? usage.cpu_ms / took : null;
  return (
    <section className={facts.block} aria-label="What the run used">
      <Figures>
        {usage ? (
          <>
            <Figure name="Processor time" note={cores === null ? null : coresInWords(cores)}>
              {inWords(usage.cpu_ms)}
            </Figure>
            <Figure
              name="Memory at most"
              note={
                usage.processes_peak ? count(usage.processes_peak, "process", "processes") : null
              }
            >
              {formatBytes(usage.memory_peak_bytes)}
            </Figure>
            {usage.read_bytes !== undefined && usage.written_bytes !== undefined && (
              <Figure name="Written" note={`${formatBytes(usage.read_bytes)} read`}>
                {formatBytes(usage.written_bytes)}
              </Figure>
            )}
          </>
        ) : (
          <Figure
            name="Processor and memory"
            note={
              run.state === "running"
                ? "They are known when the run has ended."
                : "The processes ended without telling what they used."
            }
          >
            Not known{run.state === "running" ? " yet" : ""}
          </Figure>
        )}
        {took !== null && took !== undefined && (
          <Figure name="Duration" note={run.start_mode ? `${run.start_mode} start` : null}>
            {duration(took)}
          </Figure>
        )}
        <Figure name="Output" note={count(run.log.lines, "line")}>
          {formatBytes(run.log.bytes)}
        </Figure>
      </Figures>
    </section>
  );
}

type ListProps = {
  title: string;
  note?: string;
  tests: readonly TestCase[];
  figure: (test: TestCase) => string;
  share: (test: TestCase) => number;
  onTest: (test: TestCase) => void;
};

function TestList({ title, note, tests, figure, share, onTest }: ListProps) {
  const [first] = tests;
  if (!first) return null;
  const whole = Math.max(share(first), 1e-9);
  return (
    <Block title={title} note={note}>
      <ul>
        {tests.map((test) => (
          <li key={test.nodeid} className={classes.test}>
            <StateIcon status={test.outcome} size={14} />
            <button type="button" className={classes.link} onClick={() => onTest(test)}>
              <PathName path={test.nodeid} />
            </button>
            <span className={classes.bar} aria-hidden="true">
              <span style={{ width: `${(share(test) / whole) * 100}%` }} />
            </span>
            <span className={classes.amount}>{figure(test)}</span>
          </li>
        ))}
      </ul>
    </Block>
  );
}

const SHOWN = 10;
/** What the kernel counts is not exact below that. */
const NOTABLE = 512 * 1024;

/** The test cases with the largest figures, largest first; those without one are left out. */
function most(
  tests: RunTests,
  of: (test: TestCase) => number | null | undefined,
  least = 0,
): TestCase[] {
  return [...tests.cases.values()]
    .filter((test) => (of(test) ?? 0) > least)
    .sort((a, b) => (of(b) ?? 0) - (of(a) ?? 0))
    .slice(0, SHOWN);
}

function coresInWords(cores: number): string {
  return `${Math.round(cores * 100)} % of one core on average`;
}

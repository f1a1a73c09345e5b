import type { Label, TestCase } from "~/api/types";
import { PathName } from "~/components/path/PathName";
import { StateIcon } from "~/components/state/State";
import { TEST_WORDS } from "~/model/run";
import { testDuration } from "~/model/time";
import { count, formatNumber } from "~/model/words";
import { useNow } from "~/platform/clock";
import { Twist } from "~/tree/Twist";
import { isBad, splitNodeid } from "./nodeid";
import type { TestNode } from "./runTests";
import classes from "./TestsPane.module.css";
import type { TestRow } from "./testRows";

type Props = { row: TestRow; onToggle: (row: TestRow, open: boolean) => void };

/** One line of the tests: a heading, a directory or file with its counts, or a test case. */
export function TestLine({ row, onToggle }: Props) {
  switch (row.type) {
    case "head":
      return (
        <span className={classes.head} data-ruled={row.ruled || undefined}>
          {row.label} <span className={classes.headCount}>{row.count}</span>
        </span>
      );
    case "node":
      return (
        <>
          <Twist
            open={row.expanded}
            depth={row.depth}
            onToggle={() => onToggle(row, !row.expanded)}
          />
          <NodeState node={row.node} />
          <span className={classes.name}>{row.node.name}</span>
          <NodeCounts node={row.node} />
        </>
      );
    case "fold":
      return (
        <>
          <Twist open={undefined} depth={row.depth} />
          <span className={classes.fold}>{count(row.hidden, "more passed", "more passed")}</span>
        </>
      );
    case "case":
      return (
        <>
          <Twist open={undefined} depth={row.whole ? 0 : row.depth} />
          <StateIcon status={row.test.outcome} size={14} />
          <span className="visually-hidden">{TEST_WORDS[row.test.outcome]}</span>
          {row.whole ? (
            <PathName path={row.test.nodeid} className={classes.path} />
          ) : (
            <PathName
              path={splitNodeid(row.test.nodeid).at(-1)?.name ?? row.test.nodeid}
              whole={row.test.nodeid}
              className={classes.path}
            />
          )}
          {row.test.label && <FailureLabel label={row.test.label} why={row.test.why ?? ""} />}
          <span className={classes.figure}>
            <CaseFigure test={row.test} />
          </span>
        </>
      );
  }
}

const SHORT: Record<Label, string> = {
  new: "new",
  known_failing: "known failing",
  flaky: "flaky",
  environment: "environment",
  passing: "",
};

/** What a failure seems to be, in a word; the evidence is told when one points at it. */
function FailureLabel({ label, why }: { label: Label; why: string }) {
  if (!SHORT[label]) return null;
  return (
    <span className={classes.label} data-label={label} title={why}>
      {SHORT[label]}
    </span>
  );
}

function NodeState({ node: { counts } }: { node: TestNode }) {
  const status =
    counts.running > 0
      ? "running"
      : counts.bad > 0
        ? "failed"
        : counts.passed > 0
          ? "passed"
          : "skipped";
  return (
    <>
      <StateIcon status={status} size={14} />
      <span className="visually-hidden">{status}</span>
    </>
  );
}

function NodeCounts({ node: { counts } }: { node: TestNode }) {
  return (
    <span className={classes.figure}>
      {counts.bad > 0 && (
        <span className={classes.bad} title={`${counts.bad} failed`}>
          {formatNumber(counts.bad)}
        </span>
      )}
      {formatNumber(counts.total)}
    </span>
  );
}

/** How long it took; how it ended where that says more. */
function CaseFigure({ test }: { test: TestCase }) {
  if (test.outcome === "running") return <RunningFor test={test} />;
  if (test.outcome === "skipped" || test.outcome === "xfailed" || test.outcome === "xpassed") {
    return <>{TEST_WORDS[test.outcome]}</>;
  }
  if (test.outcome === "lost") return <>no report</>;
  if (test.duration_ms === null || test.duration_ms === undefined) return null;
  return <span data-bad={isBad(test.outcome) || undefined}>{testDuration(test.duration_ms)}</span>;
}

/** A running test case has no start of its own in the answer: it counts from when the page heard of it. */
const firstSeen = new WeakMap<TestCase, number>();

function RunningFor({ test }: { test: TestCase }) {
  const now = useNow();
  if (!firstSeen.has(test)) firstSeen.set(test, now);
  const ms = now - (firstSeen.get(test) ?? now);
  return ms < 1000 ? <>running</> : testDuration(Math.floor(ms / 1000) * 1000);
}

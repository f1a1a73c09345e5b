import { Button } from "@mantine/core";
import { IconHistory, IconListDetails } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { fetchLines, keys, testQuery } from "~/api/queries";
import type { LogRange, RunDetail, TestCase } from "~/api/types";
import { Pieces } from "~/components/code/Pieces";
import { CopyButton } from "~/components/copy/CopyButton";
import { StateIcon } from "~/components/state/State";
import { PLAIN, parseLine } from "~/log/ansi";
import { TEST_WORDS } from "~/model/run";
import { testDuration } from "~/model/time";
import { capital, formatNumber } from "~/model/words";
import { Comments } from "./comments/Comments";
import classes from "./DetailsPane.module.css";
import { HuntButton } from "./leak/HuntButton";
import { isBad } from "./nodeid";
import { BackToTests, PaneSwitch, type Segments } from "./PaneSwitch";
import panes from "./RunPage.module.css";
import { TestPast } from "./TestPast";
import { TracebackView } from "./TracebackView";

type Props = {
  run: RunDetail;
  test: TestCase;
  segments: Segments;
  onLog: () => void;
  onBack: (() => void) | null;
};

/** One test case: the message, the difference, the line as it ran, what it printed. */
export function DetailsPane({ run, test: told, segments, onLog, onBack }: Props) {
  const cut = "cut" in told && told.cut === true;
  const { data: whole } = useQuery({ ...testQuery(run.id, told.number), enabled: cut });
  const test = cut && whole ? whole : told;
  return (
    <>
      <div className={panes.paneBar}>
        {onBack && <BackToTests onBack={onBack} />}
        <PaneSwitch segments={segments} test={test} />
        <div className={panes.paneTools}>
          {test.log && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconListDetails size={14} stroke={1.75} />}
              onClick={onLog}
            >
              {test.log.to_line === null
                ? `From line ${test.log.from_line}`
                : `Lines ${test.log.from_line} to ${test.log.to_line}`}
            </Button>
          )}
          <Button
            renderRoot={(props) => (
              <Link to="/history" search={{ nodeid: test.nodeid }} {...props} />
            )}
            variant="subtle"
            size="compact-sm"
            leftSection={<IconHistory size={14} stroke={1.75} />}
          >
            History
          </Button>
          <CopyButton text={test.nodeid} label="Copy the nodeid" word="Copy nodeid" />
        </div>
      </div>
      <section className={classes.details} aria-label={`Test ${test.nodeid}`}>
        <p className={classes.nodeid}>{test.nodeid}</p>
        <h2 className={classes.outcome} data-bad={isBad(test.outcome) || undefined}>
          <StateIcon status={test.outcome} />
          {test.message ? (
            <span className={classes.message}>{test.message}</span>
          ) : (
            <span>{capital(TEST_WORDS[test.outcome])}</span>
          )}
        </h2>
        <Phases test={test} />
        <TestPast run={run} test={test} />
        {isBad(test.outcome) && <Comments run={run} nodeid={test.nodeid} />}
        {test.outcome === "passed" && <HuntButton run={run} test={test} />}
        {test.traceback && <TracebackView text={test.traceback} message={test.message ?? null} />}
        {test.outcome === "lost" && (
          <p className={classes.hint}>
            The test began and never reported: the process that ran it ended.{" "}
            {test.traceback
              ? "Where its threads were, and its last lines, are below."
              : "Its last lines are below."}
          </p>
        )}
        {test.log && <Output runId={run.id} range={test.log} onLog={onLog} />}
        <Sections test={test} />
      </section>
    </>
  );
}

function Phases({ test }: { test: TestCase }) {
  const phases = test.phases.filter((phase) => phase.duration_ms !== null);
  const whole = test.duration_ms ?? null;
  if (phases.length === 0 && whole === null) return null;
  return (
    <p className={classes.phases}>
      {whole !== null && <span>{testDuration(whole)}</span>}
      {phases.map((phase) => (
        <span key={phase.name} data-bad={phase.outcome === "failed" || undefined}>
          {phase.name} {testDuration(phase.duration_ms)}
        </span>
      ))}
    </p>
  );
}

const MOST_LINES = 200;

type OutputProps = {
  runId: number;
  range: LogRange;
  onLog: () => void;
};

/** The slice of the log that belongs to the test; a long one shows its end. */
function Output({ runId, range, onLog }: OutputProps) {
  const to = range.to_line ?? range.from_line + MOST_LINES - 1;
  const all = to - range.from_line + 1;
  const shown = Math.min(all, MOST_LINES);
  const from = to - shown + 1;
  const { data } = useQuery({
    queryKey: [...keys.run(runId), "slice", from, shown],
    queryFn: ({ signal }) => fetchLines(runId, from, shown, signal),
    enabled: all > 0,
  });
  if (all <= 0 || !data || data.items.length === 0) return null;
  let style = PLAIN;
  return (
    <section className={classes.box}>
      <div className={classes.boxHead}>
        <h3>Output while it ran</h3>
        <span className={classes.quiet}>
          {shown < all
            ? `last ${shown} of ${formatNumber(all)} lines`
            : `${all} ${all === 1 ? "line" : "lines"}`}
        </span>
        <button type="button" className={classes.boxLink} onClick={onLog}>
          Open in log
        </button>
      </div>
      <div className={classes.code}>
        {data.items.map(({ number, text }) => {
          const parsed = parseLine(text, style);
          style = parsed.style;
          return (
            <div key={number} className={classes.codeLine}>
              <span className={classes.number}>{number}</span>
              <span>
                <Pieces pieces={parsed.line.pieces} />
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** What pytest captured; the output is left out where the log's own lines show it. */
function Sections({ test }: { test: TestCase }) {
  const sections = test.sections.filter(
    ({ name, text }) => text.trim() !== "" && !(test.log && /std(out|err)/.test(name)),
  );
  return sections.map(({ name, text }) => (
    <section key={name} className={classes.box}>
      <div className={classes.boxHead}>
        <h3>{name}</h3>
      </div>
      <div className={classes.code}>
        {text
          .replace(/\n$/, "")
          .split("\n")
          .map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
            <div key={index} className={classes.plainLine}>
              <Pieces pieces={parseLine(line, PLAIN).line.pieces} />
            </div>
          ))}
      </div>
    </section>
  ));
}

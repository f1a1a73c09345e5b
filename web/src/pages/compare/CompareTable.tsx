import { Button } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useCallback, useRef } from "react";
import type { Change, ComparisonItem, TestOutcome } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { PathName } from "~/components/path/PathName";
import { StateIcon } from "~/components/state/State";
import { TEST_WORDS } from "~/model/run";
import { testDuration } from "~/model/time";
import { formatNumber } from "~/model/words";
import classes from "./CompareTable.module.css";
import type { CompareRow } from "./rows";
import { CHANGE_WORDS } from "./search";

type Props = {
  runs: readonly number[];
  rows: readonly CompareRow[];
  /** How many test cases there are without any filter. */
  total: number;
  onTurn: (change: Change) => void;
  onClear: () => void;
};

const SIZES = { group: 31, item: 34, head: 30 };

/** The test cases by what changed, of which only those in sight are drawn. */
export function CompareTable({ runs, rows, total, onTurn, onClear }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  // Another function makes the virtualizer look at every row: it is another one with other rows, not with each scroll.
  const itemKey = useCallback((index: number) => keyOf(rows[index], index), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => SIZES[rows[index]?.type ?? "item"],
    getItemKey: itemKey,
    overscan: 10,
    scrollMargin: SIZES.head,
    scrollPaddingStart: SIZES.head,
  });
  if (rows.length === 0) return <Nothing total={total} onClear={onClear} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="region" aria-label="Tests">
      <div
        role="table"
        aria-label="Tests of the runs"
        aria-rowcount={rows.length + 1}
        style={{ "--columns-runs": runs.length } as CSSProperties}
      >
        <div role="rowgroup">
          <div role="row" className={classes.head}>
            <div role="columnheader">Test</div>
            {runs.map((id, at) => (
              <div key={id} role="columnheader">
                <span className={classes.run}>Run </span>
                {id}
                {at === 0 ? <span className={classes.quiet}> first</span> : null}
                {at === runs.length - 1 ? <span className={classes.quiet}> last</span> : null}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((place) => {
            const row = rows[place.index];
            if (!row) return null;
            return (
              <div
                key={place.key}
                role="row"
                aria-rowindex={place.index + 2}
                className={row.type === "group" ? classes.group : classes.row}
                style={{
                  height: place.size,
                  transform: `translateY(${place.start - SIZES.head}px)`,
                }}
              >
                {row.type === "group" ? (
                  <Group row={row} onTurn={onTurn} />
                ) : (
                  <Item runs={runs} item={row.item} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Group({
  row: { change, count, open },
  onTurn,
}: {
  row: Extract<CompareRow, { type: "group" }>;
  onTurn: (change: Change) => void;
}) {
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div role="cell">
      <button
        type="button"
        className={classes.turn}
        aria-expanded={open}
        onClick={() => onTurn(change)}
      >
        <Chevron size={14} stroke={1.75} aria-hidden />
        {CHANGE_WORDS[change]} <span className={classes.quiet}>{formatNumber(count)}</span>
      </button>
    </div>
  );
}

function Item({ runs, item }: { runs: readonly number[]; item: ComparisonItem }) {
  return (
    <>
      <div role="cell" className={classes.name}>
        <Link
          to="/history"
          search={{ nodeid: item.nodeid }}
          preload={false}
          className={classes.link}
        >
          <PathName path={item.nodeid} />
        </Link>
      </div>
      {runs.map((id, at) => (
        <Result
          key={id}
          run={id}
          nodeid={item.nodeid}
          outcome={item.outcomes[at] ?? null}
          ms={item.durations_ms[at] ?? null}
          slower={item.change === "slower" && at === runs.length - 1}
        />
      ))}
    </>
  );
}

type ResultProps = {
  run: number;
  nodeid: string;
  outcome: TestOutcome | null;
  ms: number | null;
  slower: boolean;
};

/** How the test ended in one of the runs; a way to it there. */
function Result({ run, nodeid, outcome, ms, slower }: ResultProps) {
  if (!outcome) {
    return (
      <div role="cell" className={classes.none}>
        not run
      </div>
    );
  }
  return (
    <div role="cell">
      <Link
        to="/runs/$id"
        params={{ id: String(run) }}
        search={{ test: nodeid }}
        preload={false}
        className={classes.result}
        data-outcome={outcome}
        title={`${TEST_WORDS[outcome]} in run ${run}`}
      >
        <StateIcon status={outcome} size={14} />
        <span className={classes.word}>{TEST_WORDS[outcome]}</span>
        {ms !== null && (
          <span className={classes.ms} data-slower={slower || undefined}>
            {testDuration(ms)}
          </span>
        )}
      </Link>
    </div>
  );
}

function Nothing({ total, onClear }: { total: number; onClear: () => void }) {
  if (total === 0) {
    return (
      <Empty title="These runs have no test to compare">
        No test case has been reported in any of them.
      </Empty>
    );
  }
  return (
    <Empty title="No test matches" action={<Button onClick={onClear}>Clear filters</Button>}>
      {formatNumber(total)} tests are left out by the filter.
    </Empty>
  );
}

function keyOf(row: CompareRow | undefined, index: number): string | number {
  if (!row) return index;
  return row.type === "group" ? row.change : row.item.nodeid;
}

import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { History, HistoryItem } from "~/api/types";
import { StateIcon } from "~/components/state/State";
import { fileChanged } from "~/model/history";
import { TEST_WORDS } from "~/model/run";
import { absolute, relative, testDuration } from "~/model/time";
import { capital } from "~/model/words";
import { useNow } from "~/platform/clock";
import classes from "./Strip.module.css";

type Column = { item: HistoryItem; changed: boolean | null };

/** The newest results, oldest at the left: how each ended and how long it took. One of them is told in words. */
export function Strip({ data }: { data: History }) {
  const columns = useMemo(() => columnsOf(data.items), [data.items]);
  const [chosen, setChosen] = useState<number | null>(null);
  const active = Math.min(chosen ?? columns.length - 1, columns.length - 1);
  const box = useRef<HTMLDivElement>(null);
  // A narrow screen shows the newest; the older ones are to the left.
  useLayoutEffect(() => {
    const place = box.current;
    if (place && columns.length > 0) place.scrollLeft = place.scrollWidth;
  }, [columns]);

  const move = (event: KeyboardEvent) => {
    const to = { ArrowLeft: active - 1, ArrowRight: active + 1, Home: 0, End: columns.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(columns.length - 1, to));
    setChosen(next);
    box.current?.querySelectorAll("a")[next]?.focus();
  };
  const longest = Math.max(...columns.map(({ item }) => item.duration_ms ?? 0), 1e-9);
  const column = columns[active];
  if (!column) return null;
  return (
    <section className={classes.strip} aria-label="Last results">
      <div className={classes.plot}>
        <Lines data={data} longest={longest} />
        <div
          ref={box}
          className={classes.columns}
          role="toolbar"
          aria-label={`Last ${columns.length} results, oldest first`}
          onKeyDown={move}
          onPointerLeave={() => setChosen(null)}
        >
          {columns.map(({ item, changed }, index) => (
            <Link
              // biome-ignore lint/suspicious/noArrayIndexKey: a run may hold a test twice; the place is its name here.
              key={`${item.run_id}-${index}`}
              to="/runs/$id"
              params={{ id: String(item.run_id) }}
              search={{ test: data.nodeid }}
              preload={false}
              className={classes.column}
              data-outcome={item.outcome}
              data-active={index === active || undefined}
              tabIndex={index === active ? 0 : -1}
              aria-label={wordsOf(item)}
              onFocus={() => setChosen(index)}
              onPointerEnter={() => setChosen(index)}
            >
              <span className={classes.bar}>
                <span style={{ height: `${((item.duration_ms ?? 0) / longest) * 100}%` }} />
              </span>
              <span className={classes.cell}>
                <StateIcon status={item.outcome} size={14} />
              </span>
              <span className={classes.change} data-changed={changed || undefined} />
            </Link>
          ))}
        </div>
      </div>
      <Told column={column} />
    </section>
  );
}

/** The median, the slow end, and how high the bars can be. */
function Lines({ data, longest }: { data: History; longest: number }) {
  const { duration_p50_ms: p50, duration_p95_ms: p95 } = data;
  const lines = [
    { name: "95 %", ms: p95 },
    { name: "median", ms: p50 },
  ].flatMap(({ name, ms }) => (typeof ms === "number" ? [{ name, ms }] : []));
  const [high, low] = lines;
  // Two labels on one place: the slow end alone, the median is among the figures.
  const close = high && low && (high.ms - low.ms) / longest < 0.16;
  return (
    <div className={classes.lines} aria-hidden="true">
      {lines.map(({ name, ms }) => (
        <span key={name} className={classes.line} style={{ bottom: `${(ms / longest) * 100}%` }}>
          {!(close && name === "median") && (
            <span className={classes.tick}>
              {name} {testDuration(ms)}
            </span>
          )}
        </span>
      ))}
    </div>
  );
}

function Told({ column: { item, changed } }: { column: Column }) {
  const now = useNow();
  return (
    <p className={classes.told} data-testid="told">
      <StateIcon status={item.outcome} size={14} />
      <b>{capital(TEST_WORDS[item.outcome])}</b>
      <span>
        in run <span className="mono">{item.run_id}</span>, environment {item.environment}
      </span>
      {typeof item.duration_ms === "number" && <span>{testDuration(item.duration_ms)}</span>}
      <span title={absolute(item.at)}>{relative(item.at, now)}</span>
      {changed && <span className={classes.changed}>the file had changed</span>}
    </p>
  );
}

function columnsOf(items: readonly HistoryItem[]): Column[] {
  return items.map((item, at) => ({ item, changed: fileChanged(item, items[at + 1]) })).reverse();
}

function wordsOf(item: HistoryItem): string {
  return `${capital(TEST_WORDS[item.outcome])} in run ${item.run_id}, environment ${item.environment}`;
}

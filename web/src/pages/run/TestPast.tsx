import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { historyQuery } from "~/api/results";
import type { History, RunDetail, TestCase } from "~/api/types";
import { Evidence, TestLabel } from "~/components/label/TestLabel";
import { isBad } from "./nodeid";
import classes from "./TestPast.module.css";

type Props = { run: RunDetail; test: TestCase };

/** Whether a failed test is new, known, flaky or ill only here, with the evidence and the results before. */
export function TestPast({ run, test }: Props) {
  const cache = useQueryClient();
  const { data, isLoading } = useQuery({
    ...historyQuery({ nodeid: test.nodeid }),
    enabled: isBad(test.outcome),
  });
  const state = useRef(run.state);
  useEffect(() => {
    if (state.current === run.state) return;
    state.current = run.state;
    // A run that has ended is a result itself.
    void cache.invalidateQueries({ queryKey: ["history", test.nodeid] });
  }, [cache, run.state, test.nodeid]);
  if (isLoading) return <div className={classes.awaited} />;
  const newest = data?.items[0];
  if (!data?.label || !newest || !isBad(test.outcome)) return null;
  return (
    <div className={classes.past} role="group" aria-label="What earlier runs tell">
      {newest.run_id < run.id && <span className={classes.when}>Before this run:</span>}
      {newest.run_id > run.id && <span className={classes.when}>In runs since:</span>}
      <TestLabel label={data.label} />
      <Evidence why={data.why} nodeid={test.nodeid} />
      <MiniStrip data={data} here={run.id} />
    </div>
  );
}

const SHOWN = 40;

/** How the last runs ended, oldest first: a small picture that leads to the whole history. */
function MiniStrip({ data, here }: { data: History; here: number }) {
  const items = data.items.slice(0, SHOWN);
  const bad = items.filter(({ outcome }) => isBad(outcome)).length;
  return (
    <Link
      to="/history"
      search={{ nodeid: data.nodeid }}
      className={classes.strip}
      aria-label={`${bad} of the last ${items.length} failed: history of the test`}
      title={`${bad} of the last ${items.length} failed`}
    >
      {items.toReversed().map(({ run_id, outcome }, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a run may hold a test twice.
          key={`${run_id}-${index}`}
          data-bad={isBad(outcome) || undefined}
          data-quiet={outcome === "skipped" || undefined}
          data-here={run_id === here || undefined}
        />
      ))}
    </Link>
  );
}

import { Link } from "@tanstack/react-router";
import type { History } from "~/api/types";
import { Figure, Figures } from "~/components/figure/Figure";
import { countOutcomes, percent } from "~/model/history";
import { TEST_WORDS } from "~/model/run";
import { testDuration } from "~/model/time";
import classes from "./HistoryFigures.module.css";

/** The figures of the newest results. */
export function HistoryFigures({ data }: { data: History }) {
  const { items, flake_rate, duration_p50_ms: p50, duration_p95_ms: p95 } = data;
  const counts = countOutcomes(items);
  const [most, ...others] = counts;
  return (
    <section aria-label="Figures">
      <Figures>
        {most && (
          <Figure
            name={items.length === 1 ? "The only result" : `Last ${items.length} results`}
            note={others.map(([outcome, count]) => `${count} ${TEST_WORDS[outcome]}`).join(", ")}
          >
            {most[1]} {TEST_WORDS[most[0]]}
          </Figure>
        )}
        <Figure name="Flake rate" note="differ with nothing changed">
          {percent(flake_rate)}
        </Figure>
        {p50 !== null && p50 !== undefined && (
          <Figure
            name="Median duration"
            note={p95 === null || p95 === undefined ? null : `95 % within ${testDuration(p95)}`}
          >
            {testDuration(p50)}
          </Figure>
        )}
        {data.first_failing_run !== null && data.first_failing_run !== undefined && (
          <Figure name="Fails since" note="first failing run">
            <Link
              to="/runs/$id"
              params={{ id: String(data.first_failing_run) }}
              search={{ test: data.nodeid }}
              className={classes.run}
            >
              Run {data.first_failing_run}
            </Link>
          </Figure>
        )}
      </Figures>
    </section>
  );
}

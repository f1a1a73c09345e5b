import { useQuery } from "@tanstack/react-query";
import { toProblem } from "~/api/problem";
import { leakQuery } from "~/api/results";
import type { LeakReport, RunDetail } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { Block } from "~/components/facts/Facts";
import facts from "~/components/facts/Facts.module.css";
import { Failure } from "~/components/failure/Failure";
import { Figure, Figures } from "~/components/figure/Figure";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { formatBytes, formatNumber } from "~/model/words";
import info from "../RunInfo.module.css";
import { LeakCurve } from "./LeakCurve";
import classes from "./LeakTab.module.css";

const VERDICTS = { leak: "Leak", clean: "Clean", unclear: "Unclear" } as const;

/** What a leak hunt found: the verdict, the curve, and the lines that allocate what stays. */
export function LeakTab({ run }: { run: RunDetail }) {
  const { data, error, refetch } = useQuery(leakQuery(run.id, run.state));
  if (!data) {
    if (error && toProblem(error).status === 404) return <NoResult run={run} />;
    return error ? (
      <Failure error={error} onRetry={() => void refetch()} />
    ) : (
      <SkeletonRows label="Loading the leak hunt" />
    );
  }
  return (
    <div className={info.info}>
      <section className={facts.block} aria-label="Verdict">
        <Figures>
          <Figure name="Verdict" note={`${(data.confidence * 100).toFixed(1)} % sure`}>
            {VERDICTS[data.verdict]}
          </Figure>
          <Figure name="Growth per iteration" note={interval(data)}>
            {signed(data.bytes_per_iteration)}
          </Figure>
          <Figure name="Iterations" note={`after ${data.warm_up} to warm up`}>
            {formatNumber(data.iterations.length)}
          </Figure>
        </Figures>
        <p className={classes.reason}>{sentence(data.reason)}</p>
        {data.iterations.length > 1 && (
          <LeakCurve memory={data.iterations} slope={data.bytes_per_iteration} />
        )}
      </section>
      {data.traced_by && <Sites report={data} />}
    </div>
  );
}

function Sites({ report }: { report: LeakReport }) {
  return (
    <Block title="Where it stays" note={`per iteration, traced with ${report.traced_by}`}>
      {report.sites.length === 0 ? (
        <p className={facts.quiet}>No line allocates anything in each iteration that stays.</p>
      ) : (
        <table className={classes.sites}>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Bytes</th>
              <th scope="col">Allocations</th>
            </tr>
          </thead>
          <tbody>
            {report.sites.map((site) => (
              <tr key={`${site.file}:${site.line}:${site.called_from?.line}`}>
                <td>
                  <code>
                    {site.file}:{site.line}
                  </code>
                  {site.called_from && (
                    <span className={facts.quiet}>
                      {" "}
                      called from{" "}
                      <code>
                        {site.called_from.file}:{site.called_from.line}
                      </code>
                    </span>
                  )}
                </td>
                <td>{formatBytes(site.bytes)}</td>
                <td>{formatNumber(site.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Block>
  );
}

function NoResult({ run }: { run: RunDetail }) {
  return run.state === "finished" ? (
    <Empty title="The leak hunt has no result">
      The run ended before its test had been repeated; its reason and its log say why.
    </Empty>
  ) : (
    <Empty title="No result yet">
      The test is repeated after the run has started. The log tells how far it is.
    </Empty>
  );
}

function interval({ interval: [low, high] }: LeakReport): string {
  return `${signed(low ?? 0)} to ${signed(high ?? 0)}`;
}

function signed(bytes: number): string {
  return bytes < 0 ? `−${formatBytes(-bytes)}` : formatBytes(bytes);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

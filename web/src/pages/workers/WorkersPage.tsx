import { useQuery } from "@tanstack/react-query";
import { workersQuery } from "~/api/workers";
import { Empty } from "~/components/empty/Empty";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import table from "~/components/table/Table.module.css";
import { count } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { WorkerRow } from "./WorkerRow";
import classes from "./WorkersPage.module.css";

/** Who executes runs, on which hosts. */
export function WorkersPage() {
  useTitle("Workers · Proctor");
  const { data: workers, error, refetch } = useQuery(workersQuery);
  const alive = workers?.filter(({ state }) => state !== "silent") ?? [];
  const slots = alive.reduce((sum, worker) => sum + worker.slots, 0);
  const taken = alive.reduce((sum, worker) => sum + worker.runs.length, 0);
  return (
    <>
      <PageHead
        title="Workers"
        note={alive.length > 0 ? `${taken} of ${count(slots, "slot")} taken` : undefined}
      />
      <div className={classes.body}>
        {!workers && error && <Failure error={error} onRetry={() => void refetch()} />}
        {!workers && !error && <SkeletonRows rows={3} />}
        {workers?.length === 0 && (
          <Empty title="No worker is there">
            Runs wait until one is: start it on any host with <code>proctor worker</code>.
          </Empty>
        )}
        {workers && workers.length > 0 && (
          <table className={`${table.table} ${classes.table}`} aria-label="Workers">
            <thead>
              <tr>
                <th className={classes.name}>Worker</th>
                <th className={classes.state}>State</th>
                <th className={classes.runs}>Runs</th>
                <th className={classes.serves}>Serves</th>
                <th className={classes.rung}>Isolation</th>
                <th className={classes.version}>Version</th>
                <th className={classes.seen}>Seen</th>
                <th className={classes.actions}>
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {workers.map((worker) => (
                <WorkerRow key={worker.id} worker={worker} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </>
  );
}

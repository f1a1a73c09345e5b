import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconHourglassLow } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Worker } from "~/api/types";
import { drainWorker, workersQuery } from "~/api/workers";
import { noticeDone, noticeFailure } from "~/components/notices/notices";
import table from "~/components/table/Table.module.css";
import { Tag } from "~/components/tag/Tag";
import { Ago } from "~/components/time/Time";
import classes from "./WorkersPage.module.css";

const STATES = {
  active: { word: "Active", why: "Takes runs", icon: IconCircleCheck },
  draining: {
    word: "Draining",
    why: "Finishes what it has, and takes nothing more",
    icon: IconHourglassLow,
  },
  silent: {
    word: "Silent",
    why: "Has let its leases run out; its runs are lost, and its environments free",
    icon: IconAlertTriangle,
  },
} as const;

const RUNGS = ["nothing", "landlock", "sandbox", "sandbox and control groups"];

export function WorkerRow({ worker }: { worker: Worker }) {
  const { word, why, icon: Icon } = STATES[worker.state];
  const cache = useQueryClient();
  const drain = useMutation({
    mutationFn: () => drainWorker(worker.id),
    onSuccess: () => noticeDone(`Worker ${worker.id} takes nothing more`),
    onError: (error) => noticeFailure(`Worker ${worker.id} was not asked to leave`, error),
    onSettled: () => cache.invalidateQueries({ queryKey: workersQuery.queryKey }),
  });
  return (
    <tr className={table.row}>
      <td className={classes.name}>
        <span className={classes.host}>{worker.name}</span>{" "}
        <span className={classes.quiet}>{worker.id}</span>
        {worker.labels.map((label) => (
          <Tag key={label}>{label}</Tag>
        ))}
      </td>
      <td className={classes.state}>
        <span className={`${table.state} ${classes.sign}`} data-state={worker.state} title={why}>
          <Icon size={16} stroke={1.75} aria-hidden />
          {word}
        </span>
      </td>
      <td className={classes.runs}>
        <span className={classes.taken}>
          <span>
            {worker.runs.length} of {worker.slots}
          </span>
          {worker.runs.map((run) => (
            <Link
              key={run}
              to="/runs/$id"
              params={{ id: String(run) }}
              className={`mono ${classes.run}`}
              aria-label={`Run ${run}`}
            >
              {run}
            </Link>
          ))}
        </span>
      </td>
      <td className={classes.serves}>
        {worker.environments.length === 0 ? "all environments" : worker.environments.join(", ")}
      </td>
      <td className={classes.rung} title={rungWords(worker.isolation_rung)}>
        {worker.isolation_rung === null ? "not known yet" : `Rung ${worker.isolation_rung}`}
      </td>
      <td className={`mono ${classes.version}`}>{worker.version}</td>
      <td className={classes.seen}>
        <Ago at={worker.last_seen_at} />
      </td>
      <td className={classes.actions}>
        {worker.state === "active" && (
          <Button
            size="compact-sm"
            variant="default"
            loading={drain.isPending}
            onClick={() => drain.mutate()}
            aria-label={`Drain worker ${worker.id}`}
          >
            Drain
          </Button>
        )}
      </td>
    </tr>
  );
}

function rungWords(rung: number | null): string | undefined {
  const what = rung === null ? undefined : RUNGS[rung];
  return what && `Runs are kept apart by: ${what}`;
}

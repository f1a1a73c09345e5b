import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { readinessQuery } from "~/api/admin";
import type { Readiness } from "~/api/types";
import { Block } from "~/components/facts/Facts";
import { Failure } from "~/components/failure/Failure";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { StateIcon } from "~/components/state/State";
import { capital } from "~/model/words";
import classes from "./AdminPage.module.css";

/** What the server needs to do its work, and whether it is there. */
export function Needs() {
  const { data, error, isFetching, refetch } = useQuery(readinessQuery);
  return (
    <Block
      title="What the server needs"
      note={
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconRefresh size={14} stroke={1.75} />}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Check again
        </Button>
      }
    >
      {error && <Failure error={error} onRetry={() => void refetch()} compact />}
      {!data && !error && <SkeletonRows rows={5} label="Asking the server" />}
      {data && (
        <ul aria-label="Checks">
          {data.checks.map((check) => (
            <Need key={check.name} check={check} />
          ))}
        </ul>
      )}
    </Block>
  );
}

function Need({ check }: { check: Readiness["checks"][number] }) {
  return (
    <li className={classes.check} data-ok={check.ok}>
      <StateIcon status={check.ok ? "passed" : "error"} />
      <span>{capital(check.name.replaceAll("_", " "))}</span>
      <span className={classes.detail}>
        {check.detail ?? (check.ok ? "is there" : "is missing")}
      </span>
    </li>
  );
}

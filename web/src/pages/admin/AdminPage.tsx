import { Anchor } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { allChangesQuery, readinessQuery } from "~/api/admin";
import { settingsQuery } from "~/api/settings";
import { PageHead } from "~/components/page-head/PageHead";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { useTitle } from "~/platform/favicon";
import classes from "./AdminPage.module.css";
import { Changes } from "./Changes";
import { Limits } from "./Limits";
import { Needs } from "./Needs";

/** How the server is, what it takes, and who changed its test files. */
export function AdminPage() {
  useTitle("Admin · Proctor");
  const { data: settings, isLoading } = useQuery(settingsQuery);
  const needs = useQuery(readinessQuery);
  const changes = useInfiniteQuery(allChangesQuery);
  // What stands below them would move.
  const awaited = isLoading || needs.isLoading || changes.isLoading;
  return (
    <>
      <PageHead title="Admin" note={settings && `Proctor ${settings.version}`} />
      <div className={classes.body}>
        {awaited ? (
          <SkeletonRows rows={12} label="Asking the server" />
        ) : (
          <>
            <Needs />
            <Changes />
            {settings && <Limits settings={settings} />}
            <p className={classes.more}>
              Who executes runs is on the page <Link to="/workers">Workers</Link>. For monitoring
              there are <Anchor href="/metrics">figures</Anchor>; for programs, the{" "}
              <Anchor href="/api/docs">description of the REST service</Anchor>.
            </p>
          </>
        )}
      </div>
    </>
  );
}

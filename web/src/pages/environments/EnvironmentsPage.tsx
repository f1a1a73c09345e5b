import { Button, TextInput } from "@mantine/core";
import { IconDeviceTv, IconPlus, IconSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { environmentsQuery, runsQuery } from "~/api/queries";
import type { Environment, EnvironmentState, Run } from "~/api/types";
import { useWaitingAnywhere } from "~/api/useWaitingAnywhere";
import { Connection } from "~/components/connection/Connection";
import { Empty } from "~/components/empty/Empty";
import { StateGlyph } from "~/components/environment/StateGlyph";
import { Failure } from "~/components/failure/Failure";
import { countStates } from "~/components/map/MiniMap";
import { PageHead } from "~/components/page-head/PageHead";
import { StateIcon } from "~/components/state/State";
import tabs from "~/components/tabs/Tabs.module.css";
import { useTopic } from "~/live/live";
import { hasLabels } from "~/model/environments";
import { count } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { useShortcuts } from "~/platform/shortcuts";
import { Board, SkeletonBoard } from "./Board";
import { EditDialog } from "./EditDialog";
import classes from "./EnvironmentsPage.module.css";
import { Inspector } from "./Inspector";
import type { EnvironmentsSearch } from "./search";
import { Tile } from "./Tile";

const route = getRouteApi("/environments");

const TABS: { state: EnvironmentState | undefined; label: string }[] = [
  { state: undefined, label: "All" },
  { state: "busy", label: "Busy" },
  { state: "reserved", label: "Reserved" },
  { state: "maintenance", label: "Maintenance" },
  { state: "free", label: "Free" },
];

/** All environments, each always at its place, and one of them in detail. */
export function EnvironmentsPage() {
  useTopic("environments");
  useTitle("Environments · Proctor");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(environmentsQuery);
  const running = useRunning();
  const counts = data ? countStates(data.map(({ state }) => state)) : null;
  const chosen = data?.find(({ id }) => String(id) === search.environment) ?? null;
  const wall = search.wall === "1";
  const known = useMemo(() => [...new Set(data?.flatMap(({ labels }) => labels))].sort(), [data]);
  const anywhere = useWaitingAnywhere();
  const [creating, setCreating] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const reached = [at, chosen?.id, data?.[0]?.id].find((id) =>
    data?.some((each) => each.id === id),
  );
  const change = (next: Partial<EnvironmentsSearch>) =>
    void navigate({ search: { ...search, ...next }, replace: true });

  useShortcuts(wall ? { escape: () => change({ wall: undefined }) } : {});

  return (
    <div className={classes.page} data-wall={wall || undefined}>
      <PageHead
        title="Environments"
        actions={
          <>
            {wall && <Connection />}
            <TextInput
              className={classes.search}
              data-page-search
              aria-label="Search environments"
              placeholder="Number, name, label"
              leftSection={<IconSearch size={14} stroke={1.75} />}
              value={search.q ?? ""}
              onChange={(event) => change({ q: event.currentTarget.value || undefined })}
            />
            {wall ? (
              <Button
                leftSection={<IconX size={16} stroke={1.75} />}
                onClick={() => change({ wall: undefined })}
              >
                Leave the wall
              </Button>
            ) : (
              <>
                <Button
                  className={classes.newButton}
                  aria-label="New environment"
                  leftSection={<IconPlus size={16} stroke={1.75} />}
                  onClick={() => setCreating(true)}
                >
                  New<span className={classes.newWord}>&nbsp;environment</span>
                </Button>
                <Button
                  className={classes.wallButton}
                  leftSection={<IconDeviceTv size={16} stroke={1.75} />}
                  onClick={() => change({ wall: "1", environment: undefined })}
                >
                  Wall
                </Button>
              </>
            )}
          </>
        }
      >
        <nav className={tabs.tabs} aria-label="States">
          {TABS.map(({ state, label }) => (
            <button
              key={label}
              type="button"
              className={tabs.tab}
              aria-current={search.state === state ? "true" : undefined}
              onClick={() => change({ state })}
            >
              {state && state !== "free" && (
                <span className={classes.glyph}>
                  <StateGlyph state={state} />
                </span>
              )}
              {label}
              <span className={`${tabs.count} ${classes.count}`}>
                {counts && (state ? counts[state] : data?.length)}
              </span>
            </button>
          ))}
        </nav>
      </PageHead>
      <div className={classes.body}>
        <div className={classes.boardPlace}>
          {anywhere.length > 0 && (
            <p className={classes.anywhere}>
              <StateIcon status="queued" />
              <Link to="/runs" search={{ state: "queued" }}>
                {count(anywhere.length, "run waits", "runs wait")} for any free environment
              </Link>
            </p>
          )}
          {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
          {!data && !error && <SkeletonBoard label="Loading environments" />}
          {data?.length === 0 && (
            <Empty
              title="There is no environment"
              action={<Button onClick={() => setCreating(true)}>New environment</Button>}
            >
              Runs need one to run in.
            </Empty>
          )}
          <Board label="Environments">
            {data?.map((environment) => (
              <Tile
                key={environment.id}
                environment={environment}
                run={running.get(environment.id) ?? null}
                chosen={chosen?.id === environment.id}
                faded={!fits(environment, search)}
                reached={reached === environment.id}
                onFocus={() => setAt(environment.id)}
                onChoose={() =>
                  change({
                    environment: chosen?.id === environment.id ? undefined : String(environment.id),
                  })
                }
              />
            ))}
          </Board>
        </div>
        {chosen && (
          <Inspector
            key={chosen.id}
            environment={chosen}
            known={known}
            anywhere={anywhere.filter((run) =>
              hasLabels(chosen, run.environment_any?.labels ?? []),
            )}
            onClose={() => {
              change({ environment: undefined });
              focusTile(chosen.id);
            }}
          />
        )}
      </div>
      <EditDialog
        environment={null}
        labels={known}
        opened={creating}
        onClose={() => setCreating(false)}
        onSaved={(id) => change({ environment: String(id) })}
      />
    </div>
  );
}

/** Whoever closes what a tile opened goes on at the tile. */
function focusTile(id: number): void {
  document.querySelector<HTMLElement>(`button[data-environment="${id}"]`)?.focus();
}

/** What runs in each environment now. */
function useRunning(): ReadonlyMap<number, Run> {
  useTopic("runs");
  const { data } = useInfiniteQuery(runsQuery({ state: "running" }, 200));
  return useMemo(
    () =>
      new Map(
        data?.pages
          .flatMap((page) => page.items)
          .flatMap((run) => (run.environment ? [[run.environment.id, run] as const] : [])),
      ),
    [data],
  );
}

function fits({ id, name, labels, state }: Environment, search: EnvironmentsSearch): boolean {
  if (search.state && state !== search.state) return false;
  const words = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const all = `${id} ${name} ${labels.join(" ")}`.toLowerCase();
  return words.every((word) => all.includes(word));
}

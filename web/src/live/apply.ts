import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
  Environment,
  LogChange,
  Page,
  RerunChain,
  Run,
  RunDetail,
  TestsChange,
  UsageChange,
  UsageSeries,
} from "~/api/types";
import { doneOf } from "~/model/run";
import { matches, type RunFilters } from "~/model/runFilters";
import type { LiveEvent } from "./protocol";
import { Recent } from "./recent";

const recentRuns = new Recent<Run>();
const recentEnvironments = new Recent<Environment>();

/** Lays what the stream told since `since` over an answer of the service. */
export const overRuns = (items: Run[], since: number) => recentRuns.over(items, since);
export const overEnvironments = (items: Environment[], since: number) =>
  recentEnvironments.over(items, since);
export function overRun(run: RunDetail, since: number): RunDetail {
  const newer = recentRuns.since(run.id, since);
  return newer ? { ...run, ...newer } : run;
}

/** Puts a batch of events into the cache. Lists that only the server can judge are fetched again. */
export function applyEvents(cache: QueryClient, events: readonly LiveEvent[]): void {
  const now = Date.now();
  const runs = new Map<number, Run>();
  const environments = new Map<number, Environment>();
  const tests: TestsChange[] = [];
  for (const event of events) {
    if (event.type === "run") runs.set(event.data.id, event.data);
    else if (event.type === "environment") {
      const { data } = event;
      if ("deleted" in data) void cache.invalidateQueries({ queryKey: ["environments"] });
      else environments.set(data.id, data);
    } else if (event.type === "tests") tests.push(event.data);
    else if (event.type === "log") applyLog(cache, event.data);
    else if (event.type === "usage") applyUsage(cache, event.data);
    else if (event.type === "reset") void cache.invalidateQueries();
  }
  for (const run of runs.values()) recentRuns.note(run, now);
  for (const environment of environments.values()) recentEnvironments.note(environment, now);
  if (runs.size > 0) applyRuns(cache, runs);
  if (environments.size > 0) applyEnvironments(cache, environments);
  if (tests.length > 0) void refetchTests(cache, tests);
}

/** Forgets what the stream told, so that one test does not hear of another. */
export function forgetRecent(): void {
  recentRuns.clear();
  recentEnvironments.clear();
}

function applyRuns(cache: QueryClient, runs: ReadonlyMap<number, Run>): void {
  for (const run of runs.values()) {
    const before = cache.getQueryData<RunDetail>(["run", run.id]);
    if (!before) continue;
    cache.setQueryData<RunDetail>(["run", run.id], { ...before, ...run });
    // What the list's shape leaves out (command, attempts, usage, estimates) changes with the state.
    const moved = before.state !== run.state || before.position !== run.position;
    if (moved) void cache.invalidateQueries({ queryKey: ["run", run.id] });
    else if (before.rerun_count !== run.rerun_count) {
      void cache.invalidateQueries({ queryKey: ["run", run.id], exact: true });
    }
  }
  refetchChains(cache, runs);
  for (const query of cache.getQueryCache().findAll({ queryKey: ["runs"] })) {
    const filters = query.queryKey[1] as RunFilters;
    const data = query.state.data as InfiniteData<Page<Run>> | undefined;
    if (!data) continue;
    const { patched, unclear } = patchPages(data, filters, runs);
    if (patched !== data) cache.setQueryData(query.queryKey, patched);
    if (unclear) refetchSoon(cache, query.queryKey);
  }
}

/** What became of failures is judged by the server, again when a run of the chain got further or there is one more. */
function refetchChains(cache: QueryClient, runs: ReadonlyMap<number, Run>): void {
  for (const query of cache.getQueryCache().findAll({ queryKey: ["run"] })) {
    const chain = query.queryKey[2] === "reruns" && (query.state.data as RerunChain | undefined);
    if (!chain) continue;
    const known = new Map(chain.runs.map((run) => [run.id, run]));
    const differs = [...runs.values()].some((run) => {
      const before = known.get(run.id);
      if (!before) return run.rerun_of !== null && known.has(run.rerun_of);
      return before.state !== run.state || doneOf(before.progress) !== doneOf(run.progress);
    });
    if (differs) refetchSoon(cache, query.queryKey);
  }
}

/** The pages with runs changed in place, runs that no longer belong left out and new ones put in. */
export function patchPages(
  data: InfiniteData<Page<Run>>,
  filters: RunFilters,
  runs: ReadonlyMap<number, Run>,
): { patched: InfiniteData<Page<Run>>; unclear: boolean } {
  const seen = new Set<number>();
  let unclear = false;
  let changed = false;
  let pages = data.pages.map((page) => {
    if (!page.items.some((item) => runs.has(item.id))) return page;
    changed = true;
    const items = page.items.flatMap((item) => {
      const next = runs.get(item.id);
      if (!next) return [item];
      seen.add(item.id);
      return matches(filters, next) === false ? [] : [next];
    });
    return { ...page, items };
  });
  for (const run of runs.values()) {
    if (seen.has(run.id)) continue;
    const fits = matches(filters, run);
    if (fits === "unknown") unclear = true;
    if (fits !== true) continue;
    const placed = place(pages, run, filters.sort ?? "-id");
    if (placed === "unknown") unclear = true;
    else if (placed) {
      pages = placed;
      changed = true;
    }
  }
  return { patched: changed ? { ...data, pages } : data, unclear };
}

/** The pages with a new run at its place; null when that place is not loaded yet. */
function place(pages: Page<Run>[], run: Run, sort: string): Page<Run>[] | "unknown" | null {
  if (sort !== "-id" && sort !== "id") return "unknown";
  const before = (other: Run) => (sort === "-id" ? other.id < run.id : other.id > run.id);
  for (const [index, page] of pages.entries()) {
    const at = page.items.findIndex(before);
    const last = index === pages.length - 1;
    if (at < 0 && !(last && !page.next_cursor)) continue;
    const items = [...page.items];
    items.splice(at < 0 ? items.length : at, 0, run);
    return pages.with(index, { ...page, items });
  }
  return null;
}

function applyEnvironments(cache: QueryClient, changed: ReadonlyMap<number, Environment>): void {
  const known = new Set<number>();
  cache.setQueryData<Environment[]>(["environments"], (before) =>
    before?.map((environment) => {
      known.add(environment.id);
      return changed.get(environment.id) ?? environment;
    }),
  );
  const isNew = [...changed.keys()].some((id) => !known.has(id));
  if (known.size > 0 && isNew) void cache.invalidateQueries({ queryKey: ["environments"] });
}

/** What is found, or was done, in any directory. */
const ANYWHERE = new Set(["search", "all changes"]);

/** Fetches again what shows a part of the tests root that changed. */
function refetchTests(cache: QueryClient, changes: readonly TestsChange[]) {
  return cache.invalidateQueries({
    queryKey: ["tests"],
    predicate: ({ queryKey: [, kind, key] }) =>
      changes.some(
        (change) => ANYWHERE.has(String(kind)) || touches(change, String(kind), String(key)),
      ),
  });
}

/** Whether a change in one directory can be seen in a directory, a file, or the test cases of a file. */
function touches({ path, below }: TestsChange, kind: string, key: string): boolean {
  const inside = path === "" || key === path || key.startsWith(`${path}/`);
  const parent = key.slice(0, Math.max(0, key.lastIndexOf("/")));
  if (kind === "directory") return key === path || (below && inside);
  // A conftest.py changes the test cases of all that is below it.
  if (kind === "cases") return inside;
  return parent === path || (below && inside);
}

function applyLog(cache: QueryClient, log: LogChange): void {
  cache.setQueryData<RunDetail>(["run", log.run_id], (before) => {
    if (!before || before.log.bytes > log.bytes) return before;
    // What is complete stays so, in whichever order the events come.
    const complete = before.log.complete || log.complete;
    return { ...before, log: { lines: log.lines, bytes: log.bytes, complete } };
  });
}

/** The service keeps fewer of a long run: what grew beyond this is fetched again, thinned out. */
const MOST_SAMPLES = 1200;

function applyUsage(cache: QueryClient, { run_id, ...sample }: UsageChange): void {
  const key = ["run", run_id, "usage"];
  cache.setQueryData<UsageSeries>(key, (before) => {
    // What was fetched meanwhile may have it already.
    if (!before || (before.items.at(-1)?.at ?? "") >= sample.at) return before;
    return { ...before, items: [...before.items, sample] };
  });
  const length = cache.getQueryData<UsageSeries>(key)?.items.length ?? 0;
  if (length > MOST_SAMPLES) void cache.invalidateQueries({ queryKey: key });
}

const waiting = new WeakMap<QueryClient, Set<string>>();

/** Fetches a list again, at most once in two seconds however many events ask for it. */
function refetchSoon(cache: QueryClient, queryKey: readonly unknown[]): void {
  const name = JSON.stringify(queryKey);
  const set = waiting.get(cache) ?? new Set<string>();
  waiting.set(cache, set);
  if (set.has(name)) return;
  set.add(name);
  setTimeout(() => {
    set.delete(name);
    void cache.invalidateQueries({ queryKey, exact: true });
  }, 2000);
}

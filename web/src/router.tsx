import { Button } from "@mantine/core";
import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { Empty } from "./components/empty/Empty";
import { Failure } from "./components/failure/Failure";
import { PageHead } from "./components/page-head/PageHead";
import { readCompareSearch } from "./pages/compare/search";
import { readEnvironmentsSearch } from "./pages/environments/search";
import { readHistorySearch } from "./pages/history/search";
import { readRunSearch } from "./pages/run/search";
import { RunsPage } from "./pages/runs/RunsPage";
import { readSearch } from "./pages/runs/search";
import { readTestsSearch } from "./pages/tests/search";
import { Shell } from "./shell/Shell";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NoSuchPage,
  errorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/runs", replace: true });
  },
});

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: readSearch,
  component: RunsPage,
});

const newRun = createRoute({
  getParentRoute: () => root,
  path: "/runs/new",
  validateSearch: (raw: Record<string, unknown>): { environment?: string } =>
    typeof raw.environment === "string" && /^\d+$/.test(raw.environment)
      ? { environment: raw.environment }
      : {},
  component: lazyRouteComponent(() => import("./pages/new-run/NewRunPage"), "NewRunPage"),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$id",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("./pages/run/RunPage"), "RunPage"),
});

const environments = createRoute({
  getParentRoute: () => root,
  path: "/environments",
  validateSearch: readEnvironmentsSearch,
  component: lazyRouteComponent(
    () => import("./pages/environments/EnvironmentsPage"),
    "EnvironmentsPage",
  ),
});

const tests = createRoute({
  getParentRoute: () => root,
  path: "/tests",
  validateSearch: readTestsSearch,
  component: lazyRouteComponent(() => import("./pages/tests/TestsPage"), "TestsPage"),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: "/templates",
  validateSearch: (raw: Record<string, unknown>): { name?: string; create?: string } => {
    if (raw.create === "1") return { create: "1" };
    return typeof raw.name === "string" && raw.name ? { name: raw.name } : {};
  },
  component: lazyRouteComponent(() => import("./pages/templates/TemplatesPage"), "TemplatesPage"),
});

const plans = createRoute({
  getParentRoute: () => root,
  path: "/plans",
  validateSearch: (raw: Record<string, unknown>): { plan?: string } =>
    typeof raw.plan === "string" && /^(\d+|new)$/.test(raw.plan) ? { plan: raw.plan } : {},
  component: lazyRouteComponent(() => import("./pages/plans/PlansPage"), "PlansPage"),
});

const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import("./pages/history/HistoryPage"), "HistoryPage"),
});

const workers = createRoute({
  getParentRoute: () => root,
  path: "/workers",
  component: lazyRouteComponent(() => import("./pages/workers/WorkersPage"), "WorkersPage"),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  component: lazyRouteComponent(() => import("./pages/admin/AdminPage"), "AdminPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("./pages/compare/ComparePage"), "ComparePage"),
});

/** The router; tests give it a history of their own. */
export function makeRouter(browserHistory: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree: root.addChildren([
      home,
      runs,
      newRun,
      run,
      environments,
      tests,
      templates,
      plans,
      history,
      workers,
      admin,
      compare,
    ]),
    history: browserHistory,
    defaultPreload: "intent",
    scrollRestoration: true,
    scrollRestorationBehavior: "instant",
    // Addresses are read by people: `?env=12`, not `?env=%2212%22`.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const entries = Object.entries(search).filter(
        ([, value]) => value !== undefined && value !== null && value !== "",
      );
      const text = new URLSearchParams(entries as [string, string][]).toString();
      return text
        ? `?${text.replaceAll("%3A", ":").replaceAll("%2F", "/").replaceAll("%2C", ",")}`
        : "";
    },
  });
}

/** Fetches the scripts of all pages, so that an open page leads to every other one at once, also while the server is away. */
export function preloadPages(router: ReturnType<typeof makeRouter>): void {
  for (const { options } of Object.values(router.routesById)) {
    const { component } = options as { component?: { preload?: () => Promise<unknown> } };
    // Whoever goes there tries again, and is told.
    component?.preload?.().catch(() => undefined);
  }
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function NoSuchPage() {
  return (
    <>
      <PageHead title="Proctor" />
      <Empty
        title="There is no page here"
        action={
          <Button component={Link} to="/runs">
            All runs
          </Button>
        }
      >
        The address may have a mistake.
      </Empty>
    </>
  );
}

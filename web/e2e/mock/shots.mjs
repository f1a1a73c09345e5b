// Pictures of the pages in every theme and width, from the mock: node e2e/mock/shots.mjs OUT [name …]
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";

const [out = "/tmp/shots", ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });

const FAILED = "api/refunds/test_partial_refund.py::test_rounding[EUR-0.005]";

const SHOTS = [
  { name: "runs", path: "/runs" },
  { name: "runs-filtered", path: "/runs?env=1-40&created=today" },
  { name: "runs-none", path: "/runs?outcome=lost&user=nobody" },
  {
    name: "runs-selected",
    path: "/runs",
    act: async (page) => {
      for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    },
  },
  { name: "runs-empty", path: "/runs", scenario: "empty" },
  { name: "runs-many", path: "/runs", scenario: "many" },
  { name: "runs-long", path: "/runs", scenario: "long" },
  { name: "runs-failing", path: "/runs", scenario: "failing", wait: 6000 },
  { name: "new-run", path: "/runs/new", act: fillNewRun },
  { name: "new-run-empty", path: "/runs/new", scenario: "empty" },
  {
    name: "new-run-wrong",
    path: "/runs/new",
    act: async (page) => {
      await page.keyboard.press("Control+Enter");
    },
  },
  { name: "run", path: "/runs/48213" },
  { name: "run-failed", path: "/runs/48212" },
  { name: "run-log", path: "/runs/48212?pane=log#L20-L24" },
  { name: "run-queued", path: "/runs/48218" },
  { name: "run-info", path: "/runs/48212?tab=info" },
  { name: "run-resources", path: "/runs/48212?tab=resources", act: pointAtChart, wait: 2500 },
  { name: "run-resources-live", path: "/runs/48213?tab=resources", wait: 2500 },
  { name: "run-resources-phone", path: "/runs/48212?tab=resources", phone: true, wait: 2500 },
  { name: "run-reruns", path: "/runs/48212?tab=reruns" },
  { name: "run-reruns-phone", path: "/runs/48212?tab=reruns", phone: true },
  {
    name: "run-comment",
    path: "/runs/48212",
    act: (page) => page.getByRole("button", { name: "Comment or link a ticket" }).click(),
  },
  { name: "history-none-phone", path: "/history", phone: true },
  { name: "run-error", path: "/runs/48208" },
  { name: "run-long", path: "/runs/48999", scenario: "long" },
  { name: "run-missing", path: "/runs/1" },
  { name: "history", path: `/history?nodeid=${encodeURIComponent(FAILED)}` },
  {
    name: "history-flaky",
    path: "/history?nodeid=api/orders/test_create.py::test_idempotent_retry",
  },
  { name: "history-none", path: "/history" },
  { name: "history-empty", path: "/history?nodeid=api/test_a.py::test_a", scenario: "empty" },
  { name: "history-phone", path: `/history?nodeid=${encodeURIComponent(FAILED)}`, phone: true },
  {
    name: "history-long",
    path: `/history?nodeid=${"a/very/deep/directory/".repeat(6)}test_long.py::test_facets[${"parameter-".repeat(14)}]`,
  },
  { name: "compare", path: "/compare?runs=48201,48212" },
  { name: "compare-four", path: "/compare?runs=48198,48201,48211,48212" },
  { name: "compare-many", path: "/compare?runs=48201,48212&turned=same", scenario: "many" },
  { name: "compare-one", path: "/compare?runs=48212" },
  { name: "compare-phone", path: "/compare?runs=48201,48212", phone: true },
  { name: "artifacts", path: "/runs/48212?tab=artifacts&file=report.txt" },
  {
    name: "artifacts-picture",
    path: "/runs/48212?tab=artifacts&file=screens/checkout/step-1-cart.png",
  },
  { name: "artifacts-none", path: "/runs/48211?tab=artifacts" },
  { name: "artifacts-phone", path: "/runs/48212?tab=artifacts", phone: true },
  { name: "environments", path: "/environments?environment=12" },
  { name: "tests", path: "/tests?path=api/refunds/test_partial_refund.py" },
  { name: "tests-directory", path: "/tests?path=api/orders" },
  { name: "tests-collect", path: "/tests?path=api/users/test_users.py" },
  { name: "tests-empty", path: "/tests", scenario: "empty" },
  { name: "tests-phone", path: "/tests", phone: true },
  { name: "tests-file-phone", path: "/tests?path=api/refunds/test_partial_refund.py", phone: true },
  { name: "tests-upload", path: "/tests?path=api/refunds", act: pickFiles },
  { name: "tests-upload-phone", path: "/tests?path=api/refunds", act: pickFiles, phone: true },
  {
    name: "tests-stored",
    path: "/tests?path=api/refunds",
    act: async (page) => {
      await pickFiles(page);
      await page.getByRole("button", { name: /^Upload \d/ }).click();
    },
  },
  {
    name: "tests-delete",
    path: "/tests?path=api/refunds",
    act: (page) => page.getByRole("button", { name: "Delete" }).click(),
  },
  { name: "new-run-template", path: "/runs/new", act: chooseTemplate },
  { name: "plans", path: "/plans?plan=31" },
  { name: "plans-empty", path: "/plans", scenario: "empty" },
  { name: "plans-phone", path: "/plans", phone: true },
  { name: "templates", path: "/templates?name=payments-regression" },
  { name: "templates-phone", path: "/templates?name=payments-regression", phone: true },
  { name: "environments-wall", path: "/environments?wall=1" },
  { name: "environments-reserved", path: "/environments?environment=23" },
  {
    name: "environments-reserve",
    path: "/environments?environment=12",
    act: (page) => page.getByRole("button", { name: "Reserve", exact: true }).click(),
  },
  {
    name: "environments-edit",
    path: "/environments?environment=12",
    act: async (page) => {
      await page.getByRole("button", { name: /^More for/ }).click();
      await page.getByRole("menuitem", { name: "Edit" }).click();
    },
  },
  {
    name: "palette",
    path: "/runs",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("4821");
    },
  },
  {
    name: "help",
    path: "/runs",
    act: async (page) => {
      await page.keyboard.press("?");
    },
  },
  { name: "workers", path: "/workers" },
  { name: "workers-phone", path: "/workers", phone: true },
  { name: "admin", path: "/admin" },
  { name: "admin-phone", path: "/admin", phone: true },
  { name: "admin-empty", path: "/admin", scenario: "empty" },
  { name: "environments-empty-search", path: "/environments?q=nothing" },
  { name: "environments-drawer-phone", path: "/environments?environment=12", phone: true },
  { name: "environments-narrow", path: "/environments?environment=12", width: 1100 },
  { name: "new-run-narrow", path: "/runs/new", width: 1000 },
  { name: "run-narrow", path: "/runs/48212", width: 1100 },
  { name: "run-passed-test", path: "/runs/48212", act: choosePassed },
  { name: "run-passed-test-narrow", path: "/runs/48212?tab=tests", width: 1100, act: choosePassed },
  { name: "runs-narrow", path: "/runs", width: 1024 },
  { name: "plans-new", path: "/plans?plan=new" },
  { name: "templates-new", path: "/templates?create=1" },
  { name: "templates-empty", path: "/templates", scenario: "empty" },
  { name: "plan-missing", path: "/plans?plan=999" },
  { name: "no-page", path: "/nowhere" },
  { name: "run-log-search", path: "/runs/48212?pane=log", act: searchLog },
  {
    name: "run-cancel",
    path: "/runs/48213",
    act: (page) => page.getByRole("button", { name: "More" }).click(),
  },
  ...["runs", "runs/new", "runs/48213", "tests", "environments", "templates", "workers"].map(
    (path) => ({ name: `away-${path.replaceAll("/", "-")}`, path: `/${path}`, act: goAway }),
  ),
  { name: "away-then-new-run", path: "/runs", wait: 4000, act: goAwayAndOn },
  { name: "run-log-phone", path: "/runs/48213?tab=log", phone: true },
  { name: "run-tests-phone", path: "/runs/48212?tab=tests", phone: true },
  { name: "runs-phone", path: "/runs", phone: true },
  { name: "new-run-phone", path: "/runs/new", phone: true },
  { name: "environments-phone", path: "/environments", phone: true },
];

/** The server goes while the page is open. */
async function goAway(page, server) {
  await server.stop();
  await page.waitForTimeout(2500);
}

/** It goes, somebody goes on to a page that was not open before, and asks for a run. */
async function goAwayAndOn(page, server) {
  await goAway(page, server);
  await page.keyboard.press("c");
  await page.waitForTimeout(500);
  await page.getByLabel("Custom path").fill("api/test_login.py");
  await page.keyboard.press("Control+Enter");
}

async function choosePassed(page) {
  await page.getByRole("treeitem", { name: "login", exact: false }).first().click();
  await page.keyboard.press("j");
  await page.getByText("Traceback", { exact: true }).or(page.getByText("Details")).first().click();
}

async function searchLog(page) {
  await page.getByLabel("Search the log").fill("refund");
  await page.waitForTimeout(600);
}

async function pointAtChart(page) {
  const chart = page.locator(".u-over");
  const box = await chart.boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.4);
}

async function fillNewRun(page) {
  await page.getByRole("radio", { name: /^12 / }).click();
  for (const name of ["api", "refunds", "test_partial_refund.py"]) {
    const item = page
      .getByRole("treeitem")
      .filter({ has: page.getByText(name, { exact: true }) })
      .first();
    await item.locator("svg").first().click();
    await page.waitForTimeout(150);
  }
  await page.getByText("orders", { exact: true }).first().click();
  await page.getByText("test_rounding[EUR-0.005]", { exact: true }).first().click();
  await page.getByLabel("Custom path").fill("payments/settlement/test_cutoff.py");
  await page.waitForTimeout(500);
}

async function chooseTemplate(page) {
  await page.getByRole("radio", { name: /^12 / }).click();
  await page.getByRole("combobox", { name: /^Template/ }).click();
  await page.getByRole("option", { name: "payments-regression" }).click();
  await page.getByRole("combobox", { name: "CURRENCY" }).click();
  await page.getByRole("option", { name: "JPY" }).click();
  await page.getByLabel("Value of API_TIMEOUT_S").fill("60");
  await page.getByLabel("Time limit").fill("45 min");
  await page.getByRole("textbox", { name: "Test plans" }).click();
  await page.getByRole("option", { name: /Smoke/ }).click();
}

async function pickFiles(page) {
  const names = ["test_settlement.py", "test_partial_refund.py", "conftest.py", "test_payout.py"];
  const a_long_one = `${"a_rather_long_name_of_a_directory/".repeat(2)}test_with_a_long_name.py`;
  await page.getByLabel("Files to upload").setInputFiles(
    [...names, "dump.sql", a_long_one.replaceAll("/", "_")].map((name) => ({
      name,
      mimeType: "text/x-python",
      buffer: Buffer.from("import pytest\nfrom lab import api\n\ndef test_new(api):\n    pass\n"),
    })),
  );
  await page.waitForTimeout(400);
  await page.getByText("Replace", { exact: true }).click();
  const difference = page.getByRole("button", { name: "Difference" });
  if (await difference.isVisible()) await difference.click();
}

const servers = new Map();
async function serve(scenario) {
  const known = servers.get(scenario);
  if (known) return known;
  const main = new URL("main.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--scenario", scenario]);
  const address = await new Promise((resolve) =>
    child.stdout.on("data", (data) => resolve(/http:\S+/.exec(String(data))?.[0])),
  );
  const stop = () =>
    new Promise((resolve) => {
      servers.delete(scenario);
      child.on("exit", resolve);
      child.kill();
    });
  const server = { address, stop };
  servers.set(scenario, server);
  return server;
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const shot of SHOTS) {
    if (names.length > 0 && !names.includes(shot.name)) continue;
    for (const scheme of ["light", "dark"]) {
      const server = await serve(shot.scenario ?? "team");
      const viewport = shot.phone
        ? { width: 390, height: 844 }
        : { width: shot.width ?? 1440, height: 900 };
      const context = await browser.newContext({
        viewport,
        colorScheme: scheme,
        hasTouch: Boolean(shot.phone),
      });
      await context.addInitScript(() => localStorage.setItem("proctor.user", "ann"));
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error") console.log(`${shot.name} ${scheme}: ${message.text()}`);
      });
      page.on("pageerror", (error) => console.log(`${shot.name} ${scheme}: ${error.message}`));
      await page.goto(server.address + shot.path);
      await page.waitForTimeout(shot.wait ?? 900);
      if (shot.act) await shot.act(page, server);
      await page.waitForTimeout(350);
      await page.screenshot({ path: `${out}/${shot.name}-${scheme}.png` });
      await context.close();
    }
  }
} finally {
  await browser.close();
  for (const { stop } of [...servers.values()]) await stop();
}

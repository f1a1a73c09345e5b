import type { Page } from "@playwright/test";
import { expect, test } from "./server";
import { choose } from "./steps";

/** Marks the page; a reload would lose the mark. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { marked: true }));
const expectNoReload = async (page: Page) =>
  expect(await page.evaluate(() => "marked" in window)).toBe(true);

test("a second run waits behind the first, and both run and end without a reload", async ({
  page,
  context,
  server,
}) => {
  const list = await context.newPage();
  await list.goto(`${server.address}/runs`);
  await mark(list);

  await page.goto(`${server.address}/runs/new`);
  await choose(page, 12, ["slow", "test_gate.py"]);
  await page.getByRole("button", { name: /^Run now/ }).click();
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  const first = Number(/\d+$/.exec(page.url())?.[0]);
  await mark(page);
  await expect(page.getByLabel("Facts").getByText("Running", { exact: true })).toBeVisible();

  const second = await context.newPage();
  await second.goto(`${server.address}/runs/new`);
  await choose(second, 12, ["api", "test_quick.py"]);
  await second.keyboard.press("Control+Enter");
  await expect(second).toHaveURL(/\/runs\/\d+$/);
  const waiting = Number(/\d+$/.exec(second.url())?.[0]);
  await mark(second);
  const facts = second.getByLabel("Facts");
  await expect(facts.getByText("Queued", { exact: true })).toBeVisible();
  await expect(facts.getByText("Next", { exact: true })).toBeVisible();
  await expect(facts.getByRole("link", { name: String(first) })).toBeVisible();

  const row = (id: number) => list.getByRole("row", { name: new RegExp(`Run ${id},`) });
  await expect(row(first).getByText("Running")).toBeVisible();
  await expect(row(waiting).getByText("Queued")).toBeVisible();

  const log = page.getByRole("region", { name: `Log of run ${first}` });
  await expect(log.getByText("before the first gate")).toBeVisible();
  await expect(log.getByText("after the first gate")).toHaveCount(0);
  server.open("first");
  await expect(log.getByText("after the first gate")).toBeVisible();
  await expect(page.getByText("Following")).toBeVisible();
  server.open("second");
  await expect(log.getByText("after the second gate")).toBeVisible();

  await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
  await expect(facts.getByText("Passed", { exact: true })).toBeVisible();
  await expect(second).toHaveTitle(/^Passed/);
  await expect(row(first).getByText("Passed", { exact: true })).toBeVisible();
  await expect(row(waiting).getByText("Passed", { exact: true })).toBeVisible();
  for (const each of [page, second, list]) await expectNoReload(each);
});

test("a run is cancelled, and says so when it has ended", async ({ page, server }) => {
  const id = await server.submit({ environment: 13, targets: ["slow/test_cancelled.py"] });
  await page.goto(`${server.address}/runs/${id}`);
  await expect(page.getByText("waiting", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByLabel("Facts").getByText("Cancelled", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel" })).toHaveCount(0);
});

test("a failed run opens on its failure; its failed tests are run again", async ({
  page,
  context,
  server,
}) => {
  const id = await server.submit({ environment: 14, targets: ["api/test_failing.py"] });
  expect(await server.outcome(id)).toBe("failed");
  await page.goto(`${server.address}/runs/${id}`);
  await expect(page.getByRole("heading", { name: /AssertionError/ })).toBeVisible();
  await expect(page.getByText("Difference")).toBeVisible();
  await expect(page.getByText("red text", { exact: true })).toHaveClass(/ansi-1/);
  const other = await context.newPage();
  await other.goto(`${server.address}/runs/${id}`);
  await expect(other.getByRole("button", { name: "Rerun 1 failed" })).toBeVisible();
  await page.getByRole("button", { name: "Rerun 1 failed" }).click();
  await expect(page).not.toHaveURL(new RegExp(`/runs/${id}$`));
  await expect(page.getByLabel("Facts").getByText("Failed", { exact: true })).toBeVisible();
  await expect(page.getByRole("tree").getByText("test_passes")).toHaveCount(0);
  // Whoever looks at the first run sees what became of it.
  await other.getByRole("button", { name: "Reruns" }).click();
  await expect(other.getByText("1 still fails")).toBeVisible();
});

test("a draft survives a reload, and two impatient presses make one run", async ({
  page,
  server,
}) => {
  const before = await server.count();
  await page.goto(`${server.address}/runs/new`);
  await choose(page, 15, ["api", "orders", "test_create.py", "test_total[JPY]"]);
  await page.getByLabel("Time limit").fill("5 min");
  await page.reload();
  await expect(page.getByLabel("Time limit")).toHaveValue("5 min");
  await expect(page.getByText("1 selected")).toBeVisible();
  await expect(page.getByRole("radio", { name: /^15 / })).toBeChecked();
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Info" }).click();
  await expect(page.getByText("5 min", { exact: true })).toBeVisible();
  expect(await server.count()).toBe(before + 1);
});

test("what the server refuses is said at its field", async ({ page, server }) => {
  await page.goto(`${server.address}/runs/new`);
  await choose(page, 16, ["api", "test_quick.py"]);
  await page.getByLabel("Custom path").fill("api/../../etc/passwd.py");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page).toHaveURL(/\/runs\/new$/);
});

test("back returns to the list as it was: filters, and the place in it", async ({
  page,
  server,
}) => {
  for (let i = 0; i < 60; i++) {
    await server.submit({ environment: 30 + i, targets: ["api/orders"], requester: "many" });
  }
  await page.goto(`${server.address}/runs?user=many`);
  const table = page.getByRole("table", { name: "Runs" });
  await expect(table.getByText("Passed").first()).toBeVisible({ timeout: 60_000 });
  const scroller = page.locator("[data-scroll-restoration-id=runs]");
  await scroller.evaluate((element) => element.scrollTo(0, 600));
  await expect.poll(() => scroller.evaluate((element) => element.scrollTop)).toBe(600);
  await page.locator("[data-run]").nth(14).click();
  await expect(page.getByLabel("Facts")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/user=many/);
  await expect.poll(() => scroller.evaluate((element) => element.scrollTop)).toBe(600);
});

test("keys alone: find a run, open it, start another", async ({ page, server }) => {
  await server.submit({ environment: 20, targets: ["api/test_quick.py"] });
  await page.goto(`${server.address}/runs`);
  await expect(page.getByRole("table", { name: "Runs" })).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar", { name: "Selected runs" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("toolbar", { name: "Selected runs" })).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/runs\/new$/);
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/runs$/);
});

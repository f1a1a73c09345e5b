import { expectAccessible } from "./axe";
import { expect, Restartable, test } from "./server";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("every page is accessible", async ({ page, server }) => {
      const failed = await server.submit({ environment: 50, targets: ["api"], note: "for axe" });
      await server.outcome(failed);

      await page.goto(`${server.address}/runs`);
      await expect(page.getByRole("row", { name: new RegExp(`Run ${failed},`) })).toBeVisible();
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await expectAccessible(page);

      await page.goto(`${server.address}/runs/new`);
      await expect(page.getByRole("treeitem").first()).toBeVisible();
      await page.getByRole("radio", { name: /^12 / }).click();
      await page.getByText("api", { exact: true }).click();
      await page.keyboard.press("Control+Enter");
      await page.goto(`${server.address}/runs/new`);
      // The page knows its keys when it is there.
      await expect(page.getByRole("treeitem").first()).toBeVisible();
      await page.keyboard.press("Control+Enter");
      await expect(page.getByRole("alert").first()).toBeVisible();
      await expectAccessible(page);

      await page.goto(`${server.address}/environments?environment=50`);
      await expect(page.getByRole("complementary", { name: "Environment 50" })).toBeVisible();
      await expectAccessible(page);
    });

    test("workers, leaderboards and what operators look at are accessible", async ({
      page,
      server,
    }) => {
      const failed = await server.submit({ environment: 53, targets: ["api/test_failing.py"] });
      await server.outcome(failed);
      await page.goto(`${server.address}/workers`);
      await expect(page.getByRole("table", { name: "Workers" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("g");
      await page.keyboard.press("h");
      await expect(page.getByRole("region", { name: "Most failing" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("g");
      await page.keyboard.press("a");
      await expect(page.getByRole("list", { name: "Checks" })).toContainText("Database");
      await expect(page.getByText("upload_files", { exact: true })).toBeVisible();
      await expectAccessible(page);
    });

    test("every part of a run is accessible", async ({ page, server }) => {
      const failed = await server.submit({ environment: 52, targets: ["api"] });
      await server.outcome(failed);

      await page.goto(`${server.address}/runs/${failed}`);
      await expect(page.getByText("Difference")).toBeVisible();
      await expectAccessible(page);
      await page.getByText("Log", { exact: true }).click();
      await expect(page.getByRole("region", { name: `Log of run ${failed}` })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Info" }).click();
      await expectAccessible(page);

      await page.getByRole("button", { name: "Resources" }).click();
      await expect(page.getByRole("region", { name: "What the run used" })).toBeVisible();
      await expectAccessible(page);

      await page.goto(`${server.address}/runs/${failed}?pane=source`);
      await expect(page.getByText("assert total() ==")).toBeVisible();
      await expectAccessible(page);
    });

    test("dialogs are accessible", async ({ page, server }) => {
      const ended = await server.submit({ environment: 51, targets: ["api/test_quick.py"] });
      await server.outcome(ended);
      await page.goto(`${server.address}/runs`);
      await expect(page.getByRole("table", { name: "Runs" })).toBeVisible();
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await page.keyboard.press("Control+k");
      await expect(page.getByLabel("Search and commands").last()).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");

      await page.goto(`${server.address}/runs?env=51`);
      await expect(page.getByRole("row", { name: new RegExp(`Run ${ended},`) })).toBeVisible();
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await page.getByRole("toolbar").getByRole("button", { name: "Rerun" }).click();
      await expect(page.getByRole("dialog", { name: "Rerun 1 run" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Enter");
      await expect(page.getByText("1 run queued again")).toBeVisible();
    });
  });
}

test("the page works under a name that is no secure origin", async ({ page, server }) => {
  const { port } = new URL(server.address);
  await page.goto(`http://proctor.test:${port}/runs`);
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await expect(page.getByRole("status").getByText("Live")).toBeVisible();
  await page.goto(`http://proctor.test:${port}/runs/new`);
  await page.getByRole("radio", { name: /^60 / }).click();
  await page.getByLabel("Custom path").fill("api/test_quick.py");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
});

test("a page tells when the server is gone, keeps what it had, and is live again with it", async ({
  page,
}) => {
  const own = new Restartable();
  try {
    const server = await own.start();
    const id = await server.submit({ environment: 61, targets: ["api/test_quick.py"] });
    await server.outcome(id);
    await page.goto(`${server.address}/runs`);
    const row = page.getByRole("row", { name: new RegExp(`Run ${id},`) });
    await expect(page.getByRole("status").getByText("Live")).toBeVisible();
    await expect(row).toBeVisible();
    await own.stop();
    await expect(page.getByRole("status").getByText("Reconnecting")).toBeVisible();
    await expect(row).toBeVisible();
    await own.start();
    await expect(page.getByRole("status").getByText("Live")).toBeVisible({ timeout: 30_000 });
    const next = await server.submit({ environment: 61, targets: ["api/orders"] });
    await expect(page.getByRole("row", { name: new RegExp(`Run ${next},`) })).toBeVisible();
  } finally {
    await own.remove();
  }
});

test("a phone shows cards and a tab bar", async ({ page, server }) => {
  for (const environment of [62, 63]) {
    await server.submit({ environment, targets: ["api/test_quick.py"] });
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.address}/runs`);
  await expect(page.getByRole("row", { name: /Run \d+/ }).first()).toBeVisible();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await page.getByRole("button", { name: "Select runs" }).click();
  // Anywhere on a card is its box now.
  for (const at of [0, 1]) {
    await page
      .locator("[data-selecting]")
      .nth(at)
      .click({ position: { x: 200, y: 45 } });
  }
  const toolbar = page.getByRole("toolbar", { name: "Selected runs" });
  await expect(toolbar).toContainText("2 selected");
  await expectAccessible(page);
  await toolbar.getByRole("button", { name: "Rerun" }).click();
  await expect(page.getByRole("dialog", { name: "Rerun 2 runs" })).toBeVisible();
  await page.keyboard.press("Escape");
  await toolbar.getByRole("button", { name: "Select none" }).click();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.getByRole("link", { name: "New run" }).click();
  await expect(page.getByRole("button", { name: /^Run now/ })).toBeVisible();
});

import { expect, test } from "./server";

test("a log of 200,000 lines opens anywhere, is searched and followed to its end", async ({
  page,
  server,
}) => {
  const id = await server.submit({ environment: 40, targets: ["long/test_long_log.py"] });
  expect(await server.outcome(id)).toBe("passed");
  const log = page.getByRole("region", { name: `Log of run ${id}` });

  await page.goto(`${server.address}/runs/${id}?tab=log#L100000-L100002`);
  await expect(log.locator("[data-mark=linked]")).toHaveCount(3);
  await expect(log.getByText(/^number 99\d\d\d$/).first()).toBeVisible();

  await page.getByLabel("Search the log").fill("needle");
  await expect(log.locator("mark", { hasText: "needle" })).toBeVisible();
  await expect(page.getByText("1 of 1", { exact: true })).toBeVisible();

  await log.focus();
  await page.keyboard.press("End");
  await expect(log.getByText("number 200000", { exact: true })).toBeVisible();
  await page.keyboard.press("Home");
  await expect(log.getByText(/test session starts/)).toBeVisible();

  await page.getByRole("button", { name: "Wrap long lines" }).click();
  await log.hover();
  await page.mouse.wheel(0, 4000);
  await expect(log.getByText("number 210", { exact: true })).toBeVisible();
});

test("lines are linked to by a click, and a range by a second one", async ({ page, server }) => {
  const id = await server.submit({ environment: 41, targets: ["api/test_quick.py"] });
  await server.outcome(id);
  await page.goto(`${server.address}/runs/${id}?pane=log`);
  await page.locator("[data-line='2']").click();
  await expect(page).toHaveURL(/#L2$/);
  await page.locator("[data-line='4']").click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/#L2-L4$/);
  await expect(page.locator("[data-mark=linked]")).toHaveCount(3);
});

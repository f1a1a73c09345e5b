import type { Page } from "@playwright/test";
import { expectAccessible, expectDialogAccessible } from "./axe";
import { expect, test } from "./server";
import { choose, stateOf } from "./steps";

const tile = (page: Page, id: number) =>
  page
    .getByRole("region", { name: "Environments" })
    .getByRole("button", { name: new RegExp(`^${id} `) });
const inspector = (page: Page, id: number) =>
  page.getByRole("complementary", { name: `Environment ${id}` });
const more = async (page: Page, id: number, entry: string) => {
  await page.getByRole("button", { name: `More for environment ${id}` }).click();
  await page.getByRole("menuitem", { name: entry }).click();
};

test("an environment is made with a secret, used, edited and deleted", async ({ page, server }) => {
  await page.goto(`${server.address}/environments`);
  await page.getByRole("button", { name: "New environment" }).click();
  const dialog = page.getByRole("dialog", { name: "New environment" });
  await dialog.getByLabel("Name", { exact: true }).fill("a-new-one");
  await dialog.getByLabel("Labels").pressSequentially("special,");
  await dialog.getByRole("button", { name: "Add variable" }).click();
  await page.keyboard.insertText("CURRENCY");
  await dialog.getByLabel("Value of CURRENCY").fill("very-secret");
  await dialog.getByText("secret", { exact: true }).click();
  await dialog.getByRole("button", { name: "Create environment" }).click();
  const side = inspector(page, 101);
  await expect(side).toContainText("CURRENCY=•••••• secret");
  await expect(side).toContainText("special");

  await side.getByRole("link", { name: "Run here" }).click();
  await page.getByLabel("Custom path").fill("api/test_choice.py");
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Passed")).toBeVisible();
  await expect(page.getByText(/currency \*+/)).toBeVisible();
  await expect(page.getByText("very-secret")).toHaveCount(0);

  await page.goto(`${server.address}/environments?environment=101`);
  await expect(side.getByRole("listitem").filter({ hasText: "api/test_choice.py" })).toBeVisible();
  await more(page, 101, "Edit");
  const edit = page.getByRole("dialog", { name: "Environment 101" });
  await expect(edit.getByPlaceholder("kept; type to replace it")).toBeVisible();
  await edit.getByLabel("Description").fill("for this spec");
  await edit.getByRole("button", { name: "Save changes" }).click();
  await expect(side).toContainText("for this spec");
  await expect(side).toContainText("CURRENCY=•••••• secret");

  await more(page, 101, "Delete");
  await page.getByRole("button", { name: "Delete environment" }).click();
  await expect(tile(page, 101)).toHaveCount(0);
});

test("an environment is reserved and released; maintenance keeps runs waiting", async ({
  page,
  server,
}) => {
  await page.goto(`${server.address}/environments?environment=40`);
  const side = inspector(page, 40);
  await side.getByRole("button", { name: "Reserve" }).click();
  await page.getByLabel("Reason").fill("hunting a leak");
  await page.getByRole("button", { name: "2 h" }).click();
  await page.getByRole("button", { name: "Reserve 40" }).click();
  await expect(tile(page, 40)).toHaveAccessibleName(/reserved by ann/);
  await expect(side).toContainText("hunting a leak");
  const waiting = await server.submit({
    environment: 40,
    targets: ["api/test_quick.py"],
    requester: "ben",
  });
  await expect(tile(page, 40)).toHaveAccessibleName(/1 waiting/);
  await side.getByRole("button", { name: "Release" }).click();
  expect(await server.outcome(waiting)).toBe("passed");
  await expect(tile(page, 40)).toHaveAccessibleName(/free/);

  await more(page, 40, "Start maintenance");
  await page.getByLabel("Reason").fill("new firmware");
  await page.getByRole("button", { name: "Start maintenance" }).click();
  await expect(tile(page, 40)).toHaveAccessibleName(/maintenance: new firmware/);
  const second = await server.submit({ environment: 40, targets: ["api/test_quick.py"] });
  await page.goto(`${server.address}/runs/${second}`);
  await expect(page.getByLabel("Facts")).toContainText("to leave maintenance: new firmware");
  await page.goto(`${server.address}/runs?env=40`);
  await expect(page.getByRole("row", { name: new RegExp(`Run ${second},`) })).toContainText(
    "Next, maintenance: new firmware",
  );
  await page.goto(`${server.address}/environments?environment=40`);
  await more(page, 40, "End maintenance");
  expect(await server.outcome(second)).toBe("passed");
});

test("a failed run keeps its environment for who asked, if they said so", async ({
  page,
  server,
}) => {
  await page.goto(`${server.address}/runs/new`);
  await choose(page, 41, ["api", "test_failing.py"]);
  await page.getByRole("combobox", { name: "If it fails" }).click();
  await page.getByRole("option", { name: "keep it 1 h" }).click();
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Failed")).toBeVisible();
  await page.goto(`${server.address}/environments?environment=41`);
  await expect(tile(page, 41)).toHaveAccessibleName(/reserved by ann/);
  await inspector(page, 41).getByRole("button", { name: "Release" }).click();
  await expect(tile(page, 41)).toHaveAccessibleName(/free/);
});

test("any free environment with a label is asked for, waited for, and taken", async ({
  page,
  server,
}) => {
  for (const id of [42, 43]) await server.patch(`/environments/${id}`, { labels: ["gpu"] });
  await page.goto(`${server.address}/runs/new`);
  await page.getByText("Any free one", { exact: true }).click();
  await page.getByLabel("gpu").check();
  await expect(page.getByText("2 environments are free now.", { exact: false })).toBeVisible();
  await page.getByLabel("Custom path").fill("api/test_quick.py");
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText(/42 .*as it is now/);
  await expect(preview).toContainText("--environment=any:gpu");
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Passed")).toBeVisible();
  await expect(page.getByLabel("Facts")).toContainText(/42 .*any with gpu/);

  for (const id of [42, 43]) {
    await server.patch(`/environments/${id}`, { state: "maintenance", reason: "full" });
  }
  await page.goto(`${server.address}/runs/new`);
  await page.getByLabel("Custom path").fill("api/test_quick.py");
  await expect(preview).toContainText("a free environment with label gpu: 2 in maintenance");
  await page.getByRole("button", { name: "Queue run" }).click();
  const facts = page.getByLabel("Facts");
  await expect(facts).toContainText("any with gpu");
  await expect(facts).toContainText("2 in maintenance");
  const id = Number(/\d+$/.exec(page.url())?.[0]);
  await page.goto(`${server.address}/environments?environment=43`);
  await expect(page.getByText("1 run waits for any free environment")).toBeVisible();
  await expect(inspector(page, 43)).toContainText("Wait for any");
  await page.getByRole("link", { name: "1 run waits" }).click();
  const row = page.getByRole("row", { name: new RegExp(`Run ${id},`) });
  await expect(row).toContainText("anygpu");
  await expect(row).toContainText("when one is free: 2 in maintenance");
  await server.patch("/environments/43", { state: "enabled" });
  expect(await server.outcome(id)).toBe("passed");
  await page.goto(`${server.address}/runs/${id}`);
  await expect(facts).toContainText(/43 .*any with gpu/);
});

test("the wall shows the board and nothing else, until Escape", async ({ page, server }) => {
  await page.goto(`${server.address}/environments`);
  await page.getByRole("button", { name: "Wall" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(0);
  await expect(tile(page, 100)).toBeInViewport();
  // Nobody sits in front of it: it says itself how fresh it is.
  await expect(page.getByRole("status").getByText("Live")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeVisible();
});

test("keys alone: to a tile, into its dialogs, and back", async ({ page, server }) => {
  await page.goto(`${server.address}/environments`);
  await tile(page, 1).focus();
  for (const key of ["ArrowDown", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  const side = inspector(page, 12);
  await expect(side).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(side.getByRole("button", { name: "Close" })).toBeFocused();
  await side.getByRole("button", { name: "Reserve" }).press("Enter");
  await expect(page.getByLabel("Reason")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(side.getByRole("button", { name: "Reserve" })).toBeFocused();
  const button = side.getByRole("button", { name: "More for environment 12" });
  await button.press("Enter");
  await page.getByRole("menuitem", { name: "Edit" }).press("Enter");
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(side).toHaveCount(0);
  await expect(tile(page, 12)).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the dialogs of an environment are accessible", async ({ page, server }) => {
      const variables = { TOKEN: { value: "very-secret", secret: true }, URL: "http://lab" };
      await server.patch("/environments/44", { labels: ["staging"], variables });
      await page.goto(`${server.address}/environments?environment=44`);
      await inspector(page, 44).getByRole("button", { name: "Reserve" }).click();
      await expect(page.getByRole("dialog", { name: /Reserve/ })).toBeVisible();
      await expectDialogAccessible(page);
      await page.keyboard.press("Escape");
      for (const entry of ["Start maintenance", "Edit", "Delete"]) {
        await more(page, 44, entry);
        await expect(page.getByRole("dialog")).toBeVisible();
        await expectDialogAccessible(page);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await page.goto(`${server.address}/environments?wall=1`);
      await expect(tile(page, 100)).toBeVisible();
      await expectAccessible(page);
    });
  });
}

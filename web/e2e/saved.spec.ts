import { expectAccessible, expectDialogAccessible } from "./axe";
import { expect, test } from "./server";
import { item, place, select, stateOf } from "./steps";

test("a plan is made, changed, run and deleted", async ({ page, server }) => {
  await page.goto(`${server.address}/plans`);
  await page.getByRole("button", { name: "New plan" }).click();
  await page.getByLabel("Name", { exact: true }).fill("orders");
  await select(page, ["api", "orders"]);
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(/\/plans\?plan=\d+$/);
  const entry = page.getByRole("region", { name: "Plans" }).getByRole("button", { name: /orders/ });
  await expect(entry).toContainText("1 target");

  // What was opened to choose from is still open.
  await item(page, "test_quick.py").click();
  await entry.click();
  await page.getByRole("button", { name: "New plan" }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(entry).toContainText("2 targets");

  await page.getByRole("button", { name: "Run this" }).click();
  await expect(page.getByText(/^\d+ orders$/)).toBeVisible();
  await place(page, 31).click();
  await expect(page.getByRole("region", { name: "Preview" })).toContainText("2 targets");
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Passed")).toBeVisible();

  await page.goto(`${server.address}/plans`);
  await entry.click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete plan" }).click();
  await expect(page).toHaveURL(/\/plans$/);
  await expect(entry).toHaveCount(0);
});

test("a template is made, used with its choices, and deleted", async ({ page, server }) => {
  await page.goto(`${server.address}/templates`);
  await page.getByRole("button", { name: "New template" }).click();
  await page.getByLabel("Name", { exact: true }).fill("regression");
  await select(page, ["api", "test_choice.py"]);
  await page.getByRole("button", { name: "Add parameter" }).click();
  const parameters = page.getByRole("region", { name: "Parameters" });
  await parameters.getByLabel("Name").fill("INTERFACE");
  await parameters.getByLabel("Choices").pressSequentially("REST,SOAP,", { delay: 20 });
  await parameters.getByRole("combobox", { name: "Default" }).click();
  await page.getByRole("option", { name: "REST" }).click();
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.keyboard.insertText("CURRENCY");
  await page.getByLabel("Value of CURRENCY").fill("EUR");
  await page.getByLabel("Time limit").fill("10 min");
  await page.getByRole("button", { name: "Save template" }).click();
  await expect(page).toHaveURL(/\/templates\?name=regression$/);

  await page.getByRole("button", { name: "Run this" }).click();
  await place(page, 32).click();
  await expect(page.getByPlaceholder("10 min")).toBeVisible();
  await page.getByText("SOAP", { exact: true }).click();
  await expect(page.getByText("was REST")).toBeVisible();
  await page.getByLabel("Value of CURRENCY").fill("JPY");
  await expect(page.getByText("was EUR")).toBeVisible();
  await expect(page.getByText("2 changed")).toBeVisible();
  await expect(page.getByRole("region", { name: "Preview" })).toContainText(
    "--param=INTERFACE=SOAP",
  );
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Passed")).toBeVisible();
  await expect(page.getByText("interface SOAP, currency JPY")).toBeVisible();
  await expect(page.getByLabel("Facts")).toContainText("INTERFACE=SOAP");

  await page.goto(`${server.address}/runs`);
  await page.getByLabel("Search runs").fill("template:reg");
  await page.getByRole("option", { name: "template:regression" }).click();
  await expect(page.getByRole("row", { name: /regression/ })).toBeVisible();

  await page.goto(`${server.address}/templates?name=regression`);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete template" }).click();
  await expect(page).toHaveURL(/\/templates$/);
  await expect(page.getByText("regression", { exact: true })).toHaveCount(0);
});

test("what the service refuses of a template is told at its field", async ({ page, server }) => {
  await page.goto(`${server.address}/templates?create=1`);
  await page.getByLabel("Name", { exact: true }).fill("refused");
  await page.getByRole("button", { name: "Add variable" }).click();
  await page.keyboard.insertText("LD_PRELOAD=evil.so");
  await page.getByLabel("Name of variable 1").fill("LD_PRELOAD");
  await page.getByRole("button", { name: "Save template" }).click();
  await expect(page.getByRole("region", { name: "Variables" }).getByRole("alert")).toContainText(
    "LD_PRELOAD",
  );
  await page.getByRole("link", { name: "Runs", exact: true }).first().click();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await expect(page).toHaveURL(/\/runs$/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("templates and plans are accessible", async ({ page, server }) => {
      const name = `accessible-${colorScheme}`;
      const plan = await server.post("/plans", { name, targets: ["api"] });
      const choices = ["REST", "SOAP"];
      await server.post("/templates", {
        name,
        targets: ["api"],
        plans: [plan.id],
        parameters: [{ name: "INTERFACE", choices, default: "REST", description: "which door" }],
        variables: { CURRENCY: "EUR" },
      });
      await page.goto(`${server.address}/plans?plan=${plan.id}`);
      await expect(item(page, "api")).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Delete" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectDialogAccessible(page);

      await page.goto(`${server.address}/templates?name=${name}`);
      await expect(item(page, "api")).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel("Description").first().fill("changed");
      await page.getByRole("button", { name: "New template" }).click();
      await expect(page.getByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
      await expectDialogAccessible(page);
      await page.getByRole("button", { name: "Keep editing" }).click();
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByRole("button", { name: "Run this" }).click();
      await expect(page.getByRole("radio", { name: "SOAP" })).toBeAttached();
      await page.getByLabel("Value of CURRENCY").fill("JPY");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Save as template" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectDialogAccessible(page);
    });
  });
}

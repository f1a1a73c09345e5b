import { expectAccessible, expectDialogAccessible } from "./axe";
import { expect, test } from "./server";
import { choose, item, notice, place, select, stateOf } from "./steps";

test("a run is put together in every way there is, and asked for once", async ({
  page,
  server,
}) => {
  await page.goto(`${server.address}/runs/new`);
  await choose(page, 17, ["api", "orders", "test_create.py", "test_total[EUR]"]);
  for (const name of ["api", "orders", "test_create.py"]) {
    await expect(item(page, name)).toHaveAttribute("aria-checked", "mixed");
  }
  await item(page, "test_total[JPY]").click();
  await expect(item(page, "test_create.py")).toHaveAttribute("aria-checked", "true");
  await item(page, "test_total[EUR]").click();

  await page.getByRole("textbox", { name: "Filter by name" }).fill("quick");
  await item(page, "test_quick.py").click();
  await page.getByRole("button", { name: "Selected only" }).click();
  await expect(item(page, "test_failing.py")).toHaveCount(0);
  await expect(page.getByText("2 selected")).toBeVisible();

  await page.getByRole("button", { name: "Paste list" }).click();
  await page
    .getByLabel("Paths and nodeids, one in a line")
    .fill("FAILED api/test_failing.py::test_passes - AssertionError: no\n");
  await page.getByRole("button", { name: "Select 1 target" }).click();
  await expect(page.getByText("3 selected")).toBeVisible();

  const custom = page.getByLabel("Custom path");
  await custom.fill("api/test_nothing.py");
  await expect(custom).toHaveAttribute("aria-invalid", "true");
  await custom.fill("api/test_choice.py::test_choice");
  await expect(page.getByText("1 test", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Add variable" }).click();
  await page.getByLabel("Name of variable 1").evaluate((field) => {
    const data = new DataTransfer();
    data.setData("text", '# lab\nexport CURRENCY="EUR"\nINTERFACE=REST\n');
    const paste = { clipboardData: data, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent("paste", paste));
  });
  await expect(page.getByLabel("Value of INTERFACE")).toHaveValue("REST");
  await page.getByLabel("Note").fill("put together");

  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByText("5 tests")).toBeVisible();
  await expect(preview).toContainText("python -m pytest");
  await expect(preview).toContainText("starts at once");
  await expect(preview).toContainText("--var=CURRENCY=EUR");
  await preview.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(preview.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Value of CURRENCY")).toHaveValue("EUR");
  await expect(page.getByText("3 selected")).toBeVisible();

  const before = await server.count();
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+Enter");
  await expect(stateOf(page, "Passed")).toBeVisible();
  await expect(page.getByText("interface REST, currency EUR")).toBeVisible();
  await expect(page.getByLabel("Facts")).toContainText("5 passed");
  expect(await server.count()).toBe(before + 1);
  await page.goto(`${server.address}/runs/new`);
  await expect(page.getByText("none selected")).toBeVisible();
  await expect(place(page, 17)).toBeChecked();
});

test("the preview tells who is ahead, and the way out", async ({ page, server }) => {
  const first = await server.submit({ environment: 18, targets: ["slow/test_queue.py"] });
  const second = await server.submit({ environment: 18, targets: ["api/test_quick.py"] });
  await page.goto(`${server.address}/runs/new`);
  await choose(page, 18, ["api"]);
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("2nd in line");
  await expect(preview).toContainText(`${first} running`);
  await expect(preview).toContainText(`${second} api/test_quick.py`);
  await expect(page.getByRole("button", { name: "Queue run" })).toBeVisible();
  await preview.getByRole("button", { name: /^Take \d+ / }).click();
  await expect(preview).toContainText("starts at once");
  await expect(page.getByRole("button", { name: "Run now" })).toBeVisible();
  server.open("queue");
  expect(await server.outcome(second)).toBe("passed");
});

test("what was put together is saved as a template", async ({ page, server }) => {
  await page.goto(`${server.address}/runs/new`);
  await select(page, ["api", "orders"]);
  await page.getByLabel("Stop after").fill("3");
  await page.getByRole("button", { name: "Save as template" }).click();
  await page.getByLabel("Name", { exact: true }).fill("from-a-draft");
  await page.keyboard.press("Enter");
  await expect(notice(page, "Template from-a-draft is saved")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("combobox", { name: "Template" })).toHaveValue("from-a-draft");
  await expect(page.getByText("1 target of the template run")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the parts of New run are accessible", async ({ page, server }) => {
      await page.goto(`${server.address}/runs/new`);
      await page.getByText("Any free one", { exact: true }).click();
      await page.getByLabel("Custom path").fill("api");
      await page.getByRole("button", { name: "Add variable" }).click();
      await expect(page.getByRole("region", { name: "Preview" })).toContainText("Command");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Paste list" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectDialogAccessible(page);
    });
  });
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectAccessible } from "./axe";
import { expect, test } from "./server";

const aFile = (name: string, text: string) => ({
  name,
  mimeType: "text/x-python",
  buffer: Buffer.from(text),
});

test("files are uploaded into a new directory, and run at once", async ({ page, server }) => {
  await page.goto(`${server.address}/tests?path=api`);
  await page
    .getByLabel("Files to upload")
    .setInputFiles([
      aFile("test_sent.py", "def test_sent():\n    print('it was sent')\n"),
      aFile("test_open.py", "def test_open(\n"),
    ]);
  await page.getByLabel("Into").fill("sent/deep");
  await expect(page.getByText("new directory")).toBeVisible();
  const rows = page.getByRole("list", { name: "Files to upload" });
  await expect(rows.getByRole("listitem").filter({ hasText: "test_sent.py" })).toContainText("New");
  await expect(rows.getByText(/line 1: '\(' was never closed/)).toBeVisible();
  await page.getByRole("button", { name: "Leave out sent/deep/test_open.py" }).click();
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  await expect(page.getByRole("heading", { name: "1 file stored" })).toBeVisible();
  // The tree hears of it from the stream.
  await expect(page.getByRole("treeitem", { name: "sent" })).toBeVisible();
  await page.getByRole("button", { name: "Run these now" }).click();
  await expect(page).toHaveURL(/\/runs\/new/);
  await page.getByRole("radio", { name: /^70 / }).click();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
});

test("dropped files meet a conflict, and replace what was there", async ({ page, server }) => {
  await page.goto(`${server.address}/tests?path=drop`);
  const drop = (text: string) =>
    page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], "test_dropped.py", { type: "text/x-python" }));
      const place = document.querySelector("main h1") ?? document.body;
      for (const type of ["dragenter", "dragover", "drop"]) {
        const event = { dataTransfer: data, bubbles: true, cancelable: true };
        place.dispatchEvent(new DragEvent(type, event));
      }
    }, text);
  await expect(page.getByRole("treeitem").first()).toBeVisible();
  await drop("def test_dropped():\n    pass\n");
  await page.getByRole("textbox", { name: "Into" }).fill("drop");
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  await expect(page.getByRole("heading", { name: "1 file stored" })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();

  await page.goto(`${server.address}/tests?path=drop`);
  await expect(page.getByRole("treeitem", { name: "drop" })).toBeVisible();
  await drop("def test_dropped():\n    print('replaced')\n");
  await expect(page.getByText("exists already")).toBeVisible();
  await page.getByText("Replace", { exact: true }).click();
  await page.getByRole("button", { name: "Upload 1 file" }).click();
  await page.getByRole("button", { name: "Run these now" }).click();
  await expect(page.getByText("1 selected")).toBeVisible();
});

test("a folder keeps its directories", async ({ page, server }) => {
  const folder = mkdtempSync(join(tmpdir(), "proctor-folder-"));
  try {
    mkdirSync(join(folder, "suite/data"), { recursive: true });
    writeFileSync(join(folder, "suite/test_in_folder.py"), "def test_it():\n    pass\n");
    writeFileSync(join(folder, "suite/data/values.json"), "{}");
    await page.goto(`${server.address}/tests`);
    await expect(page.getByRole("treeitem").first()).toBeVisible();
    await page.getByLabel("Folder to upload").setInputFiles(join(folder, "suite"));
    await page.getByRole("button", { name: "Upload 2 files" }).click();
    await expect(page.getByText("suite/data/values.json")).toBeVisible();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a file is replaced, moved and deleted with the keyboard alone", async ({ page, server }) => {
  await page.goto(`${server.address}/tests?path=api/test_quick.py`);
  await page
    .getByLabel("Files to upload")
    .setInputFiles([aFile("test_quick.py", "def test_one():\n    assert 1\n")]);
  await expect(page.getByText("exists already")).toBeVisible();
  await page.getByText("Replace", { exact: true }).click();
  await page.getByRole("button", { name: "Difference" }).press("Enter");
  await expect(page.getByRole("region", { name: /^Difference of/ })).toContainText("assert 1");
  await page.getByRole("button", { name: "Upload 1 file" }).press("Enter");
  await page.getByRole("button", { name: "Done" }).press("Enter");
  await expect(page.getByRole("region", { name: /^Text of/ })).toContainText("assert 1");

  await page.getByRole("button", { name: "1 earlier" }).press("Enter");
  await page.getByRole("menuitem", { name: /replaced by ann/ }).press("Enter");
  await expect(page.getByRole("region", { name: /^Text of/ })).toContainText("quick output");

  await page.getByRole("button", { name: "Move" }).press("Enter");
  await page.getByLabel("New path").fill("moved/test_quick.py");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/path=moved\/test_quick\.py/);
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await page.getByRole("button", { name: "Delete file" }).press("Enter");
  await expect(page.getByText("moved/test_quick.py is deleted")).toBeVisible();
  await expect(page).toHaveURL(/\/tests$/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the tests and an upload are accessible", async ({ page, server }) => {
      await page.goto(`${server.address}/tests?path=api/orders/test_create.py`);
      await expect(page.getByRole("button", { name: "test_total[EUR]" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Delete" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Move" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page
        .getByLabel("Files to upload")
        .setInputFiles([
          aFile("test_create.py", "def test_x():\n    pass\n"),
          aFile(`test_${colorScheme}.py`, "def test_y(\n"),
        ]);
      await page.getByText("Replace", { exact: true }).click();
      await page.getByRole("button", { name: "Difference" }).click();
      await expect(page.getByRole("region", { name: /^Difference of/ })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Leave out api/orders/test_create.py" }).click();
      await page.getByRole("button", { name: "Upload 1 file" }).click();
      await expect(page.getByRole("heading", { name: "1 file stored" })).toBeVisible();
      await expectAccessible(page);
    });
  });
}

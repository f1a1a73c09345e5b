import { expectAccessible } from "./axe";
import { expect, type Server, test } from "./server";

const NODEID = "api/test_failing.py::test_differs";

/** Runs one after the other, each to its end. */
async function runs(server: Server, ...bodies: Record<string, unknown>[]): Promise<number[]> {
  const ids = [];
  for (const body of bodies) {
    const id = await server.submit(body);
    await server.outcome(id);
    ids.push(id);
  }
  return ids;
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("a failed test leads to its history, and the history to each run", async ({
      page,
      server,
    }) => {
      const [first = 0, second = 0] = await runs(
        server,
        { environment: 70, targets: ["api/test_failing.py"] },
        { environment: 70, targets: ["api/test_failing.py"] },
      );
      await page.goto(`${server.address}/runs/${second}?test=${encodeURIComponent(NODEID)}`);
      const past = page.getByRole("group", { name: "What earlier runs tell" });
      await expect(past).toContainText("Known failing");
      await expect(past).toContainText(/It has failed \d+ times since run \d+\./);
      await page.getByRole("main").getByRole("link", { name: "History", exact: true }).click();
      await expect(page.getByRole("heading", { level: 2, name: NODEID })).toBeVisible();
      await expect(page.getByTestId("told")).toContainText(`in run ${second},`);
      await expect(page.getByRole("table")).toContainText("same");
      await expectAccessible(page);
      const strip = page.getByRole("toolbar", { name: /results, oldest first/ });
      await strip.getByRole("link").last().focus();
      await page.keyboard.press("ArrowLeft");
      await expect(page.getByTestId("told")).toContainText(`in run ${first},`);
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(`/runs/${first}\\?test=`));
      await page.goBack();
      await page.getByRole("combobox", { name: "Test" }).fill("test_quick");
      await page.getByRole("option", { name: "api/test_quick.py" }).click();
      await expect(page.getByRole("option", { name: /test_one/ })).toBeVisible();
    });

    test("selected runs are compared, and what changed leads to the runs", async ({
      page,
      server,
    }) => {
      const [first = 0, second = 0] = await runs(
        server,
        { environment: 71, targets: ["api/test_quick.py"] },
        { environment: 71, targets: ["api"], variables: { INTERFACE: "SOAP" } },
      );
      await page.goto(`${server.address}/runs?env=71`);
      await expect(page.getByRole("row", { name: new RegExp(`Run ${second},`) })).toBeVisible();
      for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
      await page.getByRole("link", { name: "Compare" }).click();
      await expect(page).toHaveURL(new RegExp(`/compare\\?runs=${first},${second}$`));
      const table = page.getByRole("table", { name: "Tests of the runs" });
      await expect(table.getByRole("row", { name: /test_differs.*not run.*failed/ })).toBeVisible();
      await expect(page.getByRole("complementary", { name: "What was different" })).toContainText(
        /Variable INTERFACE.*none.*SOAP/,
      );
      await page.getByRole("button", { name: /^Same/, expanded: false }).click();
      await expect(table.getByRole("row", { name: /test_one.*passed.*passed/ })).toBeVisible();
      await expectAccessible(page);
      await table
        .getByRole("link", { name: /failed/ })
        .first()
        .click();
      await expect(page).toHaveURL(new RegExp(`/runs/${second}\\?test=`));
      await page.goto(`${server.address}/compare?runs=${second}`);
      await expect(page.getByText(`Compare run ${second} with which?`)).toBeVisible();
      await expectAccessible(page);
    });

    test("what a test left is shown and saved, and can do nothing", async ({ page, server }) => {
      const id = await server.submit({ environment: 72, targets: ["slow/test_leaves.py"] });
      expect(await server.outcome(id)).toBe("passed");
      await page.goto(`${server.address}/runs/${id}?tab=artifacts`);
      await page.getByRole("button", { name: /check out\.png/ }).click();
      const picture = page.getByRole("img", { name: "screens/check out.png" });
      await expect(picture).toBeVisible();
      await expect(page.getByText("8 × 6")).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: /report\.txt/ }).click();
      await expect(page.getByText("a line of the report")).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: /page\.html/ }).click();
      await expect(page.getByText("This kind of file is not shown")).toBeVisible();
      const saved = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download page.html" }).click();
      expect((await saved).suggestedFilename()).toBe("page.html");
      await page.goto(`${server.address}/runs/${id}?tab=artifacts`);
      await page.getByRole("button", { name: "Tests and log" }).click();
      await expect(page.getByRole("tree", { name: "Tests" })).toBeVisible();
    });
  });
}

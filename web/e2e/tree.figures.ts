import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { ROUNDS, tell, timed } from "./figures";
import { tellFrames, watchFrames } from "./frames";
import { Restartable, type Server, test } from "./server";

const DIRECTORIES = 10;
const FILES = 5000;

const own = new Restartable();
let server: Server;

test.beforeAll(async () => {
  server = await own.start();
  for (let area = 0; area < DIRECTORIES; area++) {
    mkdirSync(join(server.tests, `area_${area}`));
    for (let file = 0; file < FILES; file++) {
      writeFileSync(join(server.tests, `area_${area}/test_${file}.py`), "def test_one(): pass\n");
    }
  }
});
test.afterAll(() => own.remove());

test("a tree of 50,000 files", async ({ page }) => {
  const tree = page.getByRole("tree", { name: "Tests" });
  const item = (path: string) =>
    tree.getByRole("treeitem").filter({ has: page.locator(`[title="${path}"]`) });
  const key = (name: string) => () => page.keyboard.press(name);
  const nodes = (DIRECTORIES * (FILES + 1)).toLocaleString("en");
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto("about:blank");
    await page.goto(`${server.address}/runs/new?again=${round}`);
    await item("area_0").waitFor();
    await tree.focus();
    await key("Home")();
    await moveTo(page, item(`area_${DIRECTORIES - 1}`));
    // From the last to the first, so that what is open lies below.
    for (let area = DIRECTORIES - 1; area >= 0; area--) {
      const first = tree.locator(`[title="area_${area}/test_0.py"]`);
      const taken = await timed(key("ArrowRight"), () => first.waitFor());
      if (area === 0) tell(`${nodes} nodes: the last directory opens`, "ms", taken, 500);
      await page.keyboard.press("ArrowUp");
    }
    type Act = () => Promise<unknown>;
    const time = async (what: string, act: Act, until: Act, most = 100) =>
      tell(`${nodes} nodes: ${what}`, "ms", await timed(act, until), most);
    await time("to the end", key("End"), () => item("slow").waitFor());
    await time("to the beginning", key("Home"), () => item("area_0").waitFor());
    const checked = (on: string) => () =>
      item("area_0")
        .and(page.locator(`[aria-checked=${on}]`))
        .waitFor();
    await moveTo(page, item("area_0"));
    await time("a directory is checked", key(" "), checked("true"));
    await time("a directory is unchecked", key(" "), checked("false"));
    await page.keyboard.press("ArrowDown");
    await time("a file is checked", key(" "), checked("mixed"));
    await time("a file is unchecked", key(" "), checked("false"));
    const frames = await watchFrames(page, async () => {
      await tree.hover();
      for (let i = 0; i < 60; i++) {
        await page.mouse.wheel(0, 1500);
        await page.waitForTimeout(50);
      }
    });
    tellFrames(`${nodes} nodes: scrolled`, frames);
    const filter = page.getByLabel("Filter by name");
    await time(
      "a filter is typed",
      () => filter.fill("test_4321"),
      () => item("area_0/test_4321.py").waitFor(),
      1000,
    );
    await filter.fill("");
  }
});

/** Goes down until the row is the active one. */
async function moveTo(page: Page, row: Locator): Promise<void> {
  while ((await row.getAttribute("data-active")) === null) await page.keyboard.press("ArrowDown");
}

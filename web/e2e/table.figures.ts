import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { ROUNDS, tell, watched, watchPage } from "./figures";
import { tellFrames, watchFrames } from "./frames";
import { expect, Restartable, type Server, test } from "./server";

const RUNS = 100_000;
const SEED =
  "import sys, pathlib; sys.path.insert(0, sys.argv[1]); from seed import seed; seed(pathlib.Path(sys.argv[2]))";

const own = new Restartable();
let server: Server;

test.beforeAll(async () => {
  await own.start();
  await own.stop();
  execFileSync("python3", ["-c", SEED, resolve(import.meta.dirname, "../../bench"), own.data]);
  server = await own.start();
});
test.afterAll(() => own.remove());

test("the first load of the table with 100,000 runs", async ({ browser }) => {
  for (let round = 0; round < ROUNDS; round++) {
    // Each context has a cache of its own, and nothing in it.
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await watchPage(context, `[aria-label^="Run ${RUNS},"]`);
    const page = await context.newPage();
    await page.goto(`${server.address}/runs`);
    const { seenAt } = await watched(page);
    tell("100,000 runs: the table, cold cache", "ms", seenAt, 1000);
    const { paint, bytes } = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      bytes: performance
        .getEntriesByType("resource")
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
    }));
    tell("100,000 runs: first paint, cold cache", "ms", paint);
    tell("100,000 runs: sent for it", "KiB", bytes / 1024);
    await page.reload();
    tell("100,000 runs: the table, again", "ms", (await watched(page)).seenAt, 500);
    await context.close();
  }
});

const PAGES = [
  { path: "/runs", selector: "[aria-label^='Run ']" },
  { path: `/runs/${RUNS}`, selector: "[aria-label=Facts]" },
  { path: "/environments", selector: "[aria-label^='7 ']" },
  { path: "/tests", selector: "[role=treeitem]" },
  { path: "/runs/new", selector: "[role=treeitem]" },
  { path: "/templates", selector: "main h1" },
  { path: "/plans", selector: "main h1" },
  { path: "/workers", selector: "[aria-label=Workers]" },
  { path: "/admin", selector: "[aria-label=Checks]" },
  { path: "/history", selector: "main h1" },
  { path: `/compare?runs=${RUNS - 1},${RUNS}`, selector: "[aria-label='Compared runs']" },
  { path: "/history?nodeid=area_0/test_0.py::test_none", selector: "main h1" },
];

test("nothing jumps when data arrives", async ({ browser }) => {
  for (const { path, selector } of PAGES) {
    for (let round = 0; round < ROUNDS; round++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await watchPage(context, selector);
      const page = await context.newPage();
      // Data that comes late finds the page as it stands without it.
      await page.route("**/api/v1/**", async (route) => {
        await new Promise((done) => setTimeout(done, 300));
        await route.continue();
      });
      await page.goto(`${server.address}${path}`);
      tell(`layout shift of ${path.split("?")[0]}`, "", (await watched(page)).shifts, 0);
      await context.close();
    }
  }
});

test("the table with 100,000 runs while 20 change each second", async ({ page }) => {
  await page.goto(`${server.address}/runs`);
  await page.getByRole("row", { name: new RegExp(`Run ${RUNS},`) }).waitFor();
  tellFrames("100,000 runs at rest", await watchFrames(page, () => page.waitForTimeout(5000)));
  const changing = new Changes(server);
  await changing.start();
  const name = "100,000 runs, 20 changes each second";
  for (let round = 0; round < ROUNDS; round++) {
    tellFrames(name, await watchFrames(page, () => page.waitForTimeout(8000)));
    tellFrames(`${name}, scrolled`, await watchFrames(page, () => scroll(page, 60)));
  }
  tell("changes each second", "", await changing.stop());
});

/** Turns the wheel so many times over the table. */
async function scroll(page: Page, times: number): Promise<void> {
  await page.getByRole("table", { name: "Runs" }).hover();
  for (let i = 0; i < times; i++) {
    await page.mouse.wheel(0, 1200);
    await page.waitForTimeout(50);
  }
}

/** Twenty runs that change every second: ten are asked for, and the ten oldest of them cancelled. */
class Changes {
  readonly #server: Server;
  readonly #waiting: number[] = [];
  #on = true;
  #done: Promise<void> = Promise.resolve();
  #count = 0;
  #began = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  async start(): Promise<void> {
    // Whatever comes after this one waits.
    await this.#server.submit({ environment: 99, targets: ["slow/test_gate.py"] });
    for (let i = 0; i < 20; i++) await this.#submit();
    this.#began = Date.now();
    this.#count = 0;
    this.#done = this.#go();
  }

  async stop(): Promise<number> {
    this.#on = false;
    await this.#done;
    return (this.#count * 1000) / (Date.now() - this.#began);
  }

  async #go(): Promise<void> {
    while (this.#on) {
      const next = Date.now() + 100;
      await this.#submit();
      await this.#cancel();
      await new Promise((done) => setTimeout(done, Math.max(0, next - Date.now())));
    }
  }

  async #submit(): Promise<void> {
    this.#waiting.push(await this.#server.submit({ environment: 99, targets: ["api"] }));
    this.#count += 1;
  }

  async #cancel(): Promise<void> {
    const response = await fetch(
      `${this.#server.address}/api/v1/runs/${this.#waiting.shift()}/cancel`,
      { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
    );
    expect(response.status).toBe(202);
    this.#count += 1;
  }
}

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { tell, watchFrames } from "./frames";
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

test("the table with 100,000 runs", async ({ page }) => {
  for (let round = 1; round <= 5; round++) {
    const began = Date.now();
    await page.goto(`${server.address}/runs`);
    await page.getByRole("row", { name: new RegExp(`Run ${RUNS},`) }).waitFor();
    const shown = Date.now() - began;
    const { paint, bytes } = await page.evaluate(() => ({
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      bytes: performance
        .getEntriesByType("resource")
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
    }));
    tell(`${round === 1 ? "first load, cold cache" : "again"}, ms`, {
      rows: shown,
      paint,
      KiB: bytes / 1024,
    });
  }

  tell("at rest, ms", await watchFrames(page, () => page.waitForTimeout(5000)));
  const changing = new Changes(server);
  await changing.start();
  tell(
    "20 runs change each second, ms",
    await watchFrames(page, () => page.waitForTimeout(15_000)),
  );
  tell("… while it is scrolled, ms", await watchFrames(page, () => scroll(page, 60)));
  const loaded = await page.evaluate(
    () => (document.querySelector("[data-scroll-restoration-id=runs]")?.scrollHeight ?? 0) / 34,
  );
  tell("rows fetched", { about: loaded });
  tell("… while it is scrolled far, ms", await watchFrames(page, () => scroll(page, 200)));
  const far = await page.evaluate(
    () => (document.querySelector("[data-scroll-restoration-id=runs]")?.scrollHeight ?? 0) / 34,
  );
  tell("rows fetched", { about: far });
  tell("… far down at rest, ms", await watchFrames(page, () => page.waitForTimeout(10_000)));
  const told = changing.stop();
  tell("changes", { perSecond: await told });
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

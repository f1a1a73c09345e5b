import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { ROUNDS, tell, timed } from "./figures";
import { tellFrames, watchFrames } from "./frames";
import { expect, test } from "./server";

const LONG = `
import sys
def test_prints():
    for begin in range(0, LINES, 1000):
        sys.stdout.write("".join(
            f"{n} \\x1b[32mINFO\\x1b[0m request {n * 7919 % 100000} of a client in Köln took {n % 400} ms\\n"
            if n % (LINES // 8) else f"{n} \\x1b[31mERROR\\x1b[0m the connection was refused\\n"
            for n in range(begin, begin + 1000)))
    print("the needle")
`;

for (const lines of [1_000_000, 5_000_000]) {
  test(`a log of ${lines} lines`, async ({ page, server }) => {
    const name = `figures/test_${lines}.py`;
    mkdirSync(join(server.tests, "figures"), { recursive: true });
    writeFileSync(join(server.tests, name), LONG.replaceAll("LINES", String(lines)));
    const id = await server.submit({
      environment: 71,
      targets: [name],
      options: { limits: { log_bytes: 2 ** 31 } },
    });
    await expect
      .poll(() => server.find(id), { timeout: 800_000, intervals: [1000] })
      .toMatchObject({ outcome: "passed" });
    const address = `${server.address}/runs/${id}?tab=log&pane=log`;
    for (let round = 0; round < ROUNDS; round++) await look(page, address, id, lines, round);
  });
}

async function look(page: Page, address: string, id: number, lines: number, round: number) {
  const log = page.getByRole("region", { name: `Log of run ${id}` });
  const inLines = `${lines.toLocaleString("en")} lines`;
  const time = async (what: string, act: () => Promise<unknown>, until: string, most: number) => {
    const taken = await timed(act, () => shown(log, until));
    tell(`${inLines}: ${what}`, "ms", taken, most);
  };
  const jump = (line: number) => page.goto(`${address}&again=${round}-${line}#L${line}`);
  const anywhere = 1000 + (((round * 7919 * 131 + lines / 3) % (lines - 2000)) | 0);
  await page.goto("about:blank");
  await time("opens", () => page.goto(address), "test session starts", 1000);
  await log.focus();
  await time("to its end", () => page.keyboard.press("End"), "the needle", 200);
  await time("to its beginning", () => page.keyboard.press("Home"), "test session starts", 200);
  await time("opens at a line in it", () => jump(anywhere), `${anywhere - 8} INFO`, 1000);
  const frames = await watchFrames(page, async () => {
    await log.hover();
    for (let i = 0; i < 60; i++) {
      await page.mouse.wheel(0, 900);
      await page.waitForTimeout(50);
    }
  });
  tellFrames(`${inLines}: scrolled`, frames);
  const error = (eighth: number) => `${(lines / 8) * eighth} ERROR`;
  await jump(10);
  await shown(log, "test session starts");
  const next = page.getByRole("button", { name: "Next error" });
  if (await appears(next)) {
    await next.click();
    for (const eighth of [1, 2, 3]) {
      await time("from error to error", () => next.click(), error(eighth), 200);
    }
  } else tell(`${inLines}: no error found in time`, "", 1, 0);
  const began = performance.now();
  await page.getByLabel("Search the log").fill("the needle");
  const late = page.getByText("Not found in the time a search has");
  await log.locator("mark", { hasText: "the needle" }).or(late).first().waitFor();
  if (await late.isVisible()) tell(`${inLines}: the last line not found in time`, "", 1, 0);
  else tell(`${inLines}: finds the last line`, "ms", performance.now() - began, 2000);
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  tell(`${inLines}: heap of the page`, "MiB", heap / 2 ** 20, 100);
}

/** A search has its time, which a development build of the server may not keep to in a log of millions of lines. */
function appears(button: Locator): Promise<boolean> {
  return button.waitFor({ timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

function shown(log: Locator, text: string): Promise<void> {
  return log.getByText(text).first().waitFor();
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { share, tell, watchFrames } from "./frames";
import { expect, test } from "./server";

const PRINTS = 300;
const PRINTING = `
import random, time
def test_printing():
    random.seed(7)
    for number in range(${PRINTS}):
        time.sleep(random.uniform(0.02, 0.1))
        print(f"@{time.time_ns()}", flush=True)
`;
const LONG = `
import sys
def test_prints():
    for begin in range(0, LINES, 1000):
        sys.stdout.write("".join(
            f"{n} \\x1b[32mINFO\\x1b[0m request {n * 7919 % 100000} of a client took {n % 400} ms\\n"
            for n in range(begin, begin + 1000)))
    print("the needle")
`;

test("from a print to the line on the screen", async ({ page, server }) => {
  write(server.tests, "figures/test_printing.py", PRINTING);
  const id = await server.submit({ environment: 70, targets: ["figures/test_printing.py"] });
  await page.addInitScript(() => {
    const seen = new Map<string, number>();
    (window as unknown as { seen: Map<string, number> }).seen = seen;
    new MutationObserver(() => {
      const now = Date.now();
      for (const line of document.querySelectorAll("[data-line] ~ span:last-child")) {
        const text = line.textContent ?? "";
        if (text.startsWith("@") && !seen.has(text)) seen.set(text, now);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await page.goto(`${server.address}/runs/${id}`);
  await server.outcome(id);
  await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
  const times = await page.evaluate(() => [
    ...(window as unknown as { seen: Map<string, number> }).seen,
  ]);
  const late = times.map(([text, at]) => at - Number(BigInt(text.slice(1)) / 1_000_000n));
  tell("a print to the line on the screen, ms", {
    lines: late.length,
    p50: share(late, 0.5),
    p99: share(late, 0.99),
  });
});

for (const lines of [1_000_000, 5_000_000]) {
  test(`a log of ${lines} lines`, async ({ page, server }) => {
    const name = `figures/test_${lines}.py`;
    write(server.tests, name, LONG.replace("LINES", String(lines)));
    const id = await server.submit({ environment: 71, targets: [name] });
    await expect
      .poll(() => server.find(id), { timeout: 800_000, intervals: [1000] })
      .toMatchObject({ outcome: "passed" });
    const log = page.getByRole("region", { name: `Log of run ${id}` });
    const time = async (what: string, act: () => Promise<unknown>, until: string) => {
      const began = Date.now();
      await act();
      await log.getByText(until).first().waitFor();
      tell(`${lines} lines: ${what}`, { ms: Date.now() - began });
    };
    const middle = Math.floor(lines / 2);
    const address = `${server.address}/runs/${id}?tab=log&pane=log`;
    await time("opens", () => page.goto(address), "test session starts");
    await log.focus();
    await time("to its end", () => page.keyboard.press("End"), "the needle");
    await time("to its beginning", () => page.keyboard.press("Home"), "test session starts");
    await time(
      "opens in its middle",
      () => page.goto(`${address}&again=1#L${middle}`),
      `${middle - 8} INFO`,
    );
    const frames = await watchFrames(page, async () => {
      await log.hover();
      for (let i = 0; i < 60; i++) {
        await page.mouse.wheel(0, 900);
        await page.waitForTimeout(50);
      }
    });
    tell(`${lines} lines: scrolled`, frames);
    await time(
      "finds the last line",
      () => page.getByLabel("Search the log").fill("the needle"),
      "the needle",
    );
    const heap = await page.evaluate(
      () =>
        (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    tell(`${lines} lines: heap`, { MiB: heap / 2 ** 20 });
  });
}

function write(root: string, name: string, text: string): void {
  mkdirSync(join(root, "figures"), { recursive: true });
  writeFileSync(join(root, name), text);
}

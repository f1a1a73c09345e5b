import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROUNDS, share, tell } from "./figures";
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

test("from a print to the line on the screen", async ({ page, server }) => {
  mkdirSync(join(server.tests, "figures"), { recursive: true });
  writeFileSync(join(server.tests, "figures/test_printing.py"), PRINTING);
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
  for (let round = 0; round < ROUNDS; round++) {
    const id = await server.submit({ environment: 70, targets: ["figures/test_printing.py"] });
    await page.goto(`${server.address}/runs/${id}`);
    expect(await server.outcome(id)).toBe("passed");
    await expect(page.getByLabel("Facts").getByText("Passed", { exact: true })).toBeVisible();
    const times = await page.evaluate(() => [
      ...(window as unknown as { seen: Map<string, number> }).seen,
    ]);
    // What was printed before the page was there has waited for the page.
    const late = times
      .map(([text, at]) => at - Number(BigInt(text.slice(1)) / 1_000_000n))
      .slice(-PRINTS / 2);
    tell("a print → the line in the page, p50", "ms", share(late, 0.5), 60);
    tell("a print → the line in the page, p99", "ms", share(late, 0.99), 200);
  }
});

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./server";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("what a run uses is drawn while it runs, and the test under the pointer is named", async ({
      page,
      server,
    }) => {
      const id = await server.submit({
        environment: 72,
        targets: ["slow/test_uses.py"],
        variables: { GATE: `uses-${colorScheme}` },
      });
      await page.goto(`${server.address}/runs/${id}?tab=resources`);
      const usage = page.getByRole("region", { name: "Processor and memory over time" });
      await expect(usage.locator("canvas")).toBeVisible({ timeout: 30_000 });
      await expect(usage).toContainText("slow/test_uses.py::");
      server.open(`uses-${colorScheme}`);
      await server.outcome(id);
      await expect(page.getByRole("region", { name: "Facts" })).toContainText("Passed");
      const middle = await middleOfTest(server.address, id);
      const box = await usage.locator(".u-over").boundingBox();
      if (!box) throw new Error("there is no chart");
      const [x, y] = [box.x + box.width * middle, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await expect(usage.getByRole("button", { name: /^slow\/test_uses\.py::/ })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html}`)).toEqual([]);
      await page.mouse.click(x, y);
      await expect(page).toHaveURL(/test=slow\/test_uses\.py::/);
    });
  });
}

/** Where the middle of the only test of a run is on the axis of time, which is a second long at least. */
async function middleOfTest(address: string, run: number): Promise<number> {
  const get = async (path: string) =>
    (await fetch(`${address}/api/v1/runs/${run}${path}`)).json() as Promise<Answer>;
  const began = Date.parse((await get("")).started_at);
  const end = Date.parse((await get("/usage")).items.at(-1)?.at ?? "") - began;
  const [test] = (await get("/tests")).items;
  if (!test) throw new Error("there is no test");
  const middle = Date.parse(test.started_at) - began + test.duration_ms / 2;
  return middle / Math.max(end, 1000);
}

type Answer = {
  started_at: string;
  items: { at: string; started_at: string; duration_ms: number }[];
};

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./server";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("what a run uses is drawn while it runs, with its tests below", async ({
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
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html}`)).toEqual([]);
    });
  });
}

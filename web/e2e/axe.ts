import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Fails with the elements that people with a disability could not use. */
export async function expectAccessible(page: Page, within = "html") {
  const { violations } = await new AxeBuilder({ page })
    .include(within)
    // What passes needs no report, and most of the time.
    .options({ resultTypes: ["violations"] })
    .analyze();
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`,
  );
  expect(told).toEqual([]);
}

/** The same of a dialog alone: what is behind it was looked at before. */
export const expectDialogAccessible = (page: Page) => expectAccessible(page, '[role="dialog"]');

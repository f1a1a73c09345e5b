import type { Page } from "@playwright/test";

/** An item of the tree of tests. */
export function item(page: Page, name: string) {
  return page
    .getByRole("treeitem")
    .filter({ has: page.getByText(name, { exact: true }) })
    .first();
}

/** Opens the tree along the path, and selects its last step. */
export async function select(page: Page, path: string[]) {
  for (const [index, name] of path.entries()) {
    await item(page, name).hover();
    if (index < path.length - 1) await item(page, name).locator("svg").first().click();
    else await item(page, name).click();
  }
}

/** The environment with this number, on New run. */
export const place = (page: Page, environment: number) =>
  page.getByRole("radio", { name: new RegExp(`^${environment} `) });

/** Where and what of a new run. */
export async function choose(page: Page, environment: number, path: string[]) {
  await place(page, environment).click();
  await select(page, path);
}

/** The state in the head of a run. */
export const stateOf = (page: Page, word: string) =>
  page.getByLabel("Facts").getByText(word, { exact: true });

/** A notice of what was done. */
export const notice = (page: Page, text: string | RegExp) =>
  page.getByRole("alert").getByText(text);

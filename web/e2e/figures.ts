import { loadavg } from "node:os";
import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "./server";
import { FIGURE, type Told } from "./told";

/** How often each thing is measured: the machine may be busy with other things. */
export const ROUNDS = Number(process.env.ROUNDS ?? 5);

/** Hands a figure to the table that is printed at the end; the same thing may be told many times. */
export function tell(what: string, unit: string, value: number, most?: number): void {
  const aim = most === undefined ? {} : { most };
  const told: Told = { what, unit, value, load: loadavg()[0] ?? 0, ...aim };
  test.info().annotations.push({ type: FIGURE, description: JSON.stringify(told) });
}

/** The value below which this share of all values is. */
export function share(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** How long something takes until it is seen, in milliseconds. */
export async function timed(act: () => Promise<unknown>, seen: () => Promise<unknown>) {
  const began = performance.now();
  await act();
  await seen();
  return performance.now() - began;
}

type Watch = { seenAt: number | null; shifts: number };

/** Watches from the first byte on: when something is first there, and how much of the page jumps. */
export async function watchPage(context: BrowserContext, selector: string): Promise<void> {
  await context.addInitScript((wanted) => {
    const watch: Watch = { seenAt: null, shifts: 0 };
    (window as unknown as { watch: Watch }).watch = watch;
    new MutationObserver((_, observer) => {
      if (!document.querySelector(wanted)) return;
      observer.disconnect();
      requestAnimationFrame((now) => {
        watch.seenAt = now;
      });
    }).observe(document, { subtree: true, childList: true, attributes: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) watch.shifts += shift.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  }, selector);
}

/** What was watched, in milliseconds since the page was asked for. */
export async function watched(page: Page): Promise<{ seenAt: number; shifts: number }> {
  const read = () => page.evaluate(() => (window as unknown as { watch: Watch }).watch);
  await expect.poll(async () => (await read()).seenAt, { timeout: 60_000 }).not.toBeNull();
  // What comes later may move what is there.
  await page.waitForTimeout(1000);
  const { seenAt, shifts } = await read();
  return { seenAt: seenAt ?? 0, shifts };
}

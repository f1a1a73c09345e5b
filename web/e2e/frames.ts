import type { Page } from "@playwright/test";
import { share, tell } from "./figures";

/**
 * How long the page's frames took, in milliseconds; and how much processor time the longest task of the page used,
 * which says the same on a machine that is busy with other things.
 */
export type Frames = { frames: number; p50: number; p99: number; longest: number; work: number };

type Watched = { gaps: number[]; stop: () => void };

/** Watches the frames of a page while something happens. */
export async function watchFrames(page: Page, during: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const gaps: number[] = [];
    let before = performance.now();
    let on = true;
    const next = (now: number) => {
      gaps.push(now - before);
      before = now;
      if (on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    const stop = () => {
      on = false;
    };
    (window as unknown as { watched: Watched }).watched = { gaps, stop };
  });
  const work = await longestTask(page, during);
  const gaps = await page.evaluate(() => {
    const { watched } = window as unknown as { watched: Watched };
    watched.stop();
    return watched.gaps.slice(1);
  });
  return {
    frames: gaps.length,
    p50: share(gaps, 0.5),
    p99: share(gaps, 0.99),
    longest: Math.max(0, ...gaps),
    work,
  };
}

type TraceEvent = {
  name: string;
  ph: string;
  tid: number;
  pid: number;
  tdur?: number;
  args: { name?: string };
};

/** The processor time of the longest task on the page's main thread. */
async function longestTask(page: Page, during: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await during();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as {
    traceEvents: TraceEvent[];
  };
  const main = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === "thread_name" && args.name === "CrRendererMain" ? [`${pid}/${tid}`] : [],
    ),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => /RunTask$/.test(name) && main.has(`${pid}/${tid}`),
  );
  return Math.max(0, ...tasks.map(({ tdur }) => (tdur ?? 0) / 1000));
}

/** Tells how smooth something was. */
export function tellFrames(what: string, frames: Frames): void {
  tell(`${what}: longest frame`, "ms", frames.longest, 100);
  tell(`${what}: processor time of the longest task`, "ms", frames.work, 100);
  tell(`${what}: p99 of the frames`, "ms", frames.p99);
}

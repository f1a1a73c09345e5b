import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogPages, PAGE_LINES } from "./pages";

const AT = "2026-03-09T12:00:00.000Z";
const text = (number: number) => `line ${number}`;

function server(total: () => number) {
  return vi.fn(async (from: number, count: number) => {
    const last = Math.min(total(), from + count - 1);
    const items = [];
    for (let number = from; number <= last; number++) {
      items.push({ number, at: AT, text: text(number) });
    }
    return { items, total_lines: total(), complete: false };
  });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(20);

describe("pages of a log", () => {
  it("fetches only the pages around the lines that are wanted", async () => {
    const fetch = server(() => 1_000_000);
    const pages = new LogPages(fetch);
    pages.grow({ lines: 1_000_000, bytes: 9_000_000, complete: true });
    pages.want(750_000, 750_040);
    await settle();
    expect(pages.line(750_001)?.plain).toBe("line 750001");
    expect(fetch.mock.calls.map(([from]) => from)).toEqual([749_501, 750_001]);
  });

  it("fetches only what was added when the log grows", async () => {
    let total = 3;
    const fetch = server(() => total);
    const pages = new LogPages(fetch);
    pages.want(1, 5);
    pages.grow({ lines: 3, bytes: 30, complete: false });
    await settle();
    total = 5;
    pages.grow({ lines: 5, bytes: 50, complete: false });
    pages.want(1, 5);
    await settle();
    // From the last line it had, for that one may have been unfinished.
    expect(fetch.mock.lastCall?.slice(0, 2)).toEqual([3, PAGE_LINES - 2]);
    expect([1, 3, 5].map((number) => pages.line(number)?.plain)).toEqual([
      "line 1",
      "line 3",
      "line 5",
    ]);
  });

  it("fetches an unfinished last line again when it got longer", async () => {
    let last = "10%";
    const fetch = vi.fn(async () => ({
      items: [{ number: 1, at: AT, text: last }],
      total_lines: 1,
      complete: false,
    }));
    const pages = new LogPages(fetch);
    pages.want(1, 5);
    pages.grow({ lines: 1, bytes: 3, complete: false });
    await settle();
    last = "10%\r20%";
    pages.grow({ lines: 1, bytes: 7, complete: false });
    await settle();
    expect(pages.line(1)?.plain).toBe("20%");
  });

  it("keeps few pages however much is read", async () => {
    const fetch = server(() => 100_000);
    const pages = new LogPages(fetch);
    pages.grow({ lines: 100_000, bytes: 1, complete: true });
    for (let line = 1; line < 100_000; line += PAGE_LINES) {
      pages.want(line, line + 40);
      await settle();
    }
    const kept = Array.from({ length: 200 }, (_, page) => pages.line(page * PAGE_LINES + 1));
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual(13);
  });

  it("colours a page by the style in which the page before it ended, in whichever order they came", async () => {
    const pages = new LogPages(async (from) => ({
      items:
        from === 1
          ? Array.from({ length: PAGE_LINES }, (_, i) => ({
              number: i + 1,
              at: AT,
              text: i === PAGE_LINES - 1 ? "\u001b[31mred from here" : "x",
            }))
          : [{ number: PAGE_LINES + 1, at: AT, text: "still red" }],
      total_lines: PAGE_LINES + 1,
      complete: true,
    }));
    pages.want(PAGE_LINES + 1, PAGE_LINES + 1);
    pages.grow({ lines: PAGE_LINES + 1, bytes: 1, complete: true });
    await settle();
    expect(pages.line(PAGE_LINES + 1)?.pieces[0]?.style.color).toBeNull();
    pages.want(1, PAGE_LINES + 1);
    await settle();
    expect(pages.line(PAGE_LINES + 1)?.pieces[0]?.style.color).toBe(1);
  });

  it("tries again after a failure", async () => {
    let broken = true;
    const ok = server(() => 1);
    const pages = new LogPages(async (from, count) => {
      if (broken) throw new Error("down");
      return ok(from, count);
    });
    pages.want(1, 5);
    pages.grow({ lines: 1, bytes: 1, complete: true });
    await settle();
    expect(pages.failed).toBe(true);
    broken = false;
    await vi.advanceTimersByTimeAsync(2100);
    expect(pages.failed).toBe(false);
    expect(pages.line(1)?.plain).toBe("line 1");
  });

  it("shows who follows the end only lines that are here", async () => {
    let total = 100;
    const pages = new LogPages(server(() => total));
    pages.want(1, 100, true);
    pages.grow({ lines: 100, bytes: 1000, complete: false });
    await settle();
    expect(pages.total(true)).toBe(100);
    total = 2100;
    pages.grow({ lines: 2100, bytes: 21_000, complete: false });
    expect(pages.total(true)).toBe(100);
    expect(pages.total(false)).toBe(2100);
    await settle();
    expect(pages.total(true)).toBe(2100);
    expect(pages.line(2100)?.plain).toBe("line 2100");
    expect(pages.line(2100 - 60)?.plain).toBe("line 2040");
  });

  it("reaches the end in whichever order the last pages come", async () => {
    const ok = server(() => 1010);
    for (const slow of [501, 1001]) {
      const pages = new LogPages(async (from, count) => {
        if (from === slow) await new Promise((done) => setTimeout(done, 5));
        return ok(from, count);
      });
      pages.want(900, 1010, true);
      pages.grow({ lines: 1010, bytes: 1, complete: true });
      await settle();
      expect(pages.total(true)).toBe(1010);
    }
  });
});

import { describe, expect, it } from "vitest";
import {
  anchorOf,
  formatLines,
  isEndInSight,
  isExact,
  parseLines,
  scrollTopOf,
  spacerHeight,
  windowOf,
} from "./scroll";

const short = { total: 1000, lineHeight: 20, view: 600 };
const long = { total: 5_000_000, lineHeight: 20, view: 600 };

describe("the end of the log", () => {
  it("is in sight wherever its last line can be seen", () => {
    const view = { total: 29, lineHeight: 20, view: 600 };
    expect(isEndInSight({ at: "line", line: 1 }, view)).toBe(true);
    expect(isEndInSight({ at: "line", line: 1 }, { ...view, total: 31 })).toBe(false);
    expect(isEndInSight({ at: "line", line: 2 }, { ...view, total: 31 })).toBe(true);
    expect(isEndInSight({ at: "end" }, short)).toBe(true);
  });
});

describe("the scrolled log", () => {
  it("maps a pixel to a pixel while the log is short", () => {
    expect(isExact(short)).toBe(true);
    expect(anchorOf(400, short)).toEqual({ at: "line", line: 21 });
    expect(scrollTopOf({ at: "line", line: 21 }, short)).toBeCloseTo(400);
  });

  it("reaches every line of a log taller than any element", () => {
    expect(isExact(long)).toBe(false);
    expect(spacerHeight(long)).toBe(15_000_000);
    for (const line of [1, 2, 777_777, 4_999_960]) {
      const there = anchorOf(scrollTopOf({ at: "line", line }, long), long);
      expect(there.at === "line" && there.line).toBeCloseTo(line, 3);
    }
  });

  it("is at the end when the scrollbar is", () => {
    const most = spacerHeight(long) - long.view;
    expect(anchorOf(most, long)).toEqual({ at: "end" });
    expect(windowOf({ at: "end" }, long).to).toBe(5_000_000);
  });

  it("stands still when everything fits", () => {
    expect(anchorOf(0, { total: 3, lineHeight: 20, view: 600 })).toEqual({ at: "line", line: 1 });
    expect(windowOf({ at: "line", line: 1 }, { total: 3, lineHeight: 20, view: 600 })).toEqual({
      from: 1,
      to: 3,
    });
  });
});

describe("anchors of lines", () => {
  it("reads and writes single lines and ranges", () => {
    expect(parseLines("#L10-L20")).toEqual({ from: 10, to: 20 });
    expect(parseLines("L20-L10")).toEqual({ from: 10, to: 20 });
    expect(parseLines("#L7")).toEqual({ from: 7, to: 7 });
    expect(formatLines(20, 10)).toBe("L10-L20");
    expect(formatLines(7, 7)).toBe("L7");
  });

  it("ignores what is none", () => {
    for (const hash of ["", "#", "#L0", "#L", "#Lx", "#L1-L2-L3"]) {
      expect(parseLines(hash)).toBeNull();
    }
  });
});

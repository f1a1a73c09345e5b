import { describe, expect, it } from "vitest";
import { duration, inWords } from "./time";

describe("lengths of time", () => {
  it("are told in words where a clock would show nothing", () => {
    expect(duration(0)).toBe("< 0.1 s");
    expect(duration(99)).toBe("< 0.1 s");
    expect(duration(340)).toBe("0.3 s");
    expect(duration(999)).toBe("0.9 s");
    expect(duration(1000)).toBe("0:01");
    expect(duration(9_000)).toBe("0:09");
    expect(duration(3_723_000)).toBe("1:02:03");
  });

  it("are never nothing in a sentence", () => {
    expect(inWords(40)).toBe("< 0.1 s");
    expect(inWords(600)).toBe("0.6 s");
    expect(inWords(61_000)).toBe("1 min 1 s");
  });
});

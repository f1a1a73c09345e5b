import { describe, expect, it } from "vitest";
import { waitingShort } from "./run";

const now = new Date(2026, 2, 9, 14, 0).getTime();
const utc = (date: Date) => date.toISOString().slice(0, 16).replace("T", " ");
const short = (waits_for: string) => waitingShort({ waits_for }, now);

describe("what a run waits for, in few words", () => {
  it("tells a reservation in the time of the reader", () => {
    const today = utc(new Date(2026, 2, 9, 14, 30));
    expect(short(`environment 23, reserved by omar until ${today} UTC: a leak`)).toBe(
      "reserved by omar to 14:30",
    );
    const tomorrow = utc(new Date(2026, 2, 10, 9, 5));
    expect(short(`environment 23, reserved by omar until ${tomorrow} UTC: a leak`)).toBe(
      "reserved by omar to Tue 09:05",
    );
  });

  it("leaves out what stands beside it", () => {
    expect(short("environment 19 to leave maintenance: disk full")).toBe("maintenance: disk full");
    expect(short("a free environment with label gpu: 2 busy, 1 reserved")).toBe(
      "when one is free: 2 busy, 1 reserved",
    );
    expect(short("a free environment with label gpu: none has this label now")).toBe(
      "none has this label now",
    );
    expect(short("a free environment; 2 runs are ahead")).toBe("when one is free");
    expect(short("a free slot: every worker is running as many runs as it may")).toBe(
      "when a slot is free",
    );
    expect(short("a worker to take it now")).toBe("a worker to take it now");
  });
});

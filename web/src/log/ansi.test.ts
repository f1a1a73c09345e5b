import { describe, expect, it } from "vitest";
import { afterSgr, classesOf, PLAIN, parseLine } from "./ansi";

const esc = "\u001b[";
const parse = (text: string) => parseLine(text, PLAIN);
const shown = (text: string) =>
  parse(text).line.pieces.map((piece) => [piece.text, classesOf(piece.style)]);

describe("colours of a log line", () => {
  it("turns colour codes into classes and leaves the codes out", () => {
    expect(shown(`a ${esc}31mred${esc}0m b`)).toEqual([
      ["a ", ""],
      ["red", "ansi-1"],
      [" b", ""],
    ]);
  });

  it("keeps text that looks like HTML as text", () => {
    expect(parse("<img src=x onerror=alert(1)>").line.plain).toBe("<img src=x onerror=alert(1)>");
  });

  it("carries the style on to the next line until it is reset", () => {
    const first = parse(`${esc}1;32mon`);
    const second = parseLine(`still on${esc}m off`, first.style);
    expect(second.line.pieces.map((piece) => classesOf(piece.style))).toEqual([
      "ansi-2 ansi-bold",
      "",
    ]);
  });

  it("shows bright colours as the same colour in bold", () => {
    expect(shown(`${esc}91mx`)).toEqual([["x", "ansi-1 ansi-bold"]]);
  });

  it("takes the nearest of eight for 256 and true colours", () => {
    expect(afterSgr(PLAIN, "38;5;196").color).toBe(1);
    expect(afterSgr(PLAIN, "38;5;46").color).toBe(2);
    expect(afterSgr(PLAIN, "38;2;90;120;255;1")).toMatchObject({ color: 4, bold: true });
    expect(afterSgr(PLAIN, "48:5:226").background).toBe(3);
  });

  it("leaves out cursor movement, links and other sequences", () => {
    const link = "\u001b]8;;http://a/\u001b\\text\u001b]8;;\u0007";
    expect(parse(`${esc}2K${esc}1G${link} \u001b(Bend\u0007`).line.plain).toBe("text end");
  });

  it("shows what was written last over a carriage return", () => {
    expect(parse("10%\r50%\r100%\r\n").line.plain).toBe("100%");
  });

  it("swaps the colours when inverse", () => {
    expect(shown(`${esc}7;33mx`)).toEqual([["x", "ansi-0 ansi-on-3"]]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..");
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|light-dark)\(/i;

describe("colours", () => {
  it("come from the tokens only", () => {
    const found = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".css") && !path.endsWith("tokens.css"))
      .flatMap((path) =>
        readFileSync(join(source, path), "utf8")
          .split("\n")
          .flatMap((line, index) => (COLOUR.test(line) ? [`${path}:${index + 1}: ${line}`] : [])),
      );
    expect(found).toEqual([]);
  });

  it("that are used are tokens", () => {
    const tokens = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
    const known = new Set(tokens.match(/--[\w-]+(?=:)/g));
    const own =
      /^--(?:mantine|button|input|checkbox|sc|ai|action|spotlight|columns|digits|halo|popover|bars|gutter)/;
    const found = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".css"))
      .flatMap(
        (path) => readFileSync(join(source, path), "utf8").match(/(?<=var\()--[\w-]+/g) ?? [],
      )
      .filter((name) => !known.has(name) && !own.test(name));
    expect([...new Set(found)]).toEqual([]);
  });
});

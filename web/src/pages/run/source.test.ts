import { describe, expect, it } from "vitest";
import { lineOfTest, MOST_LINES, pathOfTest, windowAround } from "./source";

const FILE = `import pytest

class TestRefund:
    def test_twice(self):
        assert 1 == 2

def test_twice():
    pass
`.split("\n");

describe("where in its file a test is", () => {
  it("is where it failed", () => {
    const traceback =
      "    def test_twice(self):\n>       assert 1 == 2\nE       assert 1 == 2\n\na/test_b.py:5: AssertionError";
    expect(lineOfTest(FILE, { nodeid: "a/test_b.py::TestRefund::test_twice", traceback })).toEqual({
      line: 5,
      failed: true,
    });
  });

  it("is where it begins, in its class", () => {
    const at = (nodeid: string) => lineOfTest(FILE, { nodeid, traceback: null }).line;
    expect(at("a/test_b.py::TestRefund::test_twice")).toBe(4);
    expect(at("a/test_b.py::test_twice[x::y]")).toBe(4);
    expect(at("a/test_b.py::test_gone")).toBe(0);
  });

  it("is in the file before the colons, whatever the parameters hold", () => {
    expect(pathOfTest("a/test_b.py::test_c[d/e::f]")).toBe("a/test_b.py");
  });

  it("is within what is drawn of a long file", () => {
    expect(windowAround(5, 100)).toEqual([1, 100]);
    const [from, to] = windowAround(99_000, 100_000);
    expect(from).toBeLessThan(99_000);
    expect(to).toBe(100_000);
    expect(to - from + 1).toBe(MOST_LINES);
  });
});

import { describe, expect, it } from "vitest";
import { checkOf, parentOf, partly, toggle, toggleAll } from "./selection";

const TREE: Record<string, string[]> = {
  "": ["api", "soak"],
  api: ["api/orders", "api/users"],
  "api/orders": ["api/orders/test_a.py", "api/orders/test_b.py"],
  "api/orders/test_a.py": ["api/orders/test_a.py::one", "api/orders/test_a.py::two[x/y::z]"],
};
const childrenOf = (key: string) => TREE[key] ?? [];
const select = (...keys: string[]) => new Set(keys);
const toggled = (selection: ReadonlySet<string>, key: string) =>
  [...toggle(selection, key, childrenOf)].sort();

describe("the selection of tests", () => {
  it("knows what is above a test case, also with odd parameters", () => {
    expect(parentOf("api/orders/test_a.py::two[x/y::z]")).toBe("api/orders/test_a.py");
    expect(parentOf("api")).toBe("");
    expect(parentOf("")).toBeNull();
  });

  it("checks what is below a selected directory, and what is above in part", () => {
    const selection = select("api/orders");
    const part = partly(selection);
    expect(checkOf("api/orders/test_a.py::one", selection, part)).toBe(true);
    expect(checkOf("api", selection, part)).toBe("mixed");
    expect(checkOf("soak", selection, part)).toBe(false);
  });

  it("takes one test case out of a whole directory", () => {
    expect(toggled(select("api"), "api/orders/test_a.py::one")).toEqual([
      "api/orders/test_a.py::two[x/y::z]",
      "api/orders/test_b.py",
      "api/users",
    ]);
  });

  it("makes the whole of all its parts", () => {
    expect(toggled(select("api/orders/test_b.py"), "api/orders/test_a.py")).toEqual(["api/orders"]);
    expect(toggled(select("api/users", "api/orders/test_b.py"), "api/orders/test_a.py")).toEqual([
      "api",
    ]);
  });

  it("replaces the parts by the whole", () => {
    expect(toggled(select("api/orders/test_a.py::one", "soak"), "api/orders")).toEqual([
      "api/orders",
      "soak",
    ]);
  });

  it("takes a directory out with all that is below it", () => {
    expect(toggled(select("api/orders", "soak"), "api/orders")).toEqual(["soak"]);
  });

  it("selects all that were found, and takes them out again", () => {
    const found = ["api/orders/test_a.py", "soak"];
    const all = toggleAll(select(), found, childrenOf);
    expect([...all].sort()).toEqual(found);
    expect([...toggleAll(all, found, childrenOf)]).toEqual([]);
  });
});

import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { PathName, splitPath } from "./PathName";

describe("a path that may be cut", () => {
  it("never cuts its end", () => {
    expect(splitPath("payments/settlement/test_x.py::test_rounding[EUR-0.005]")).toEqual([
      "payments/settlement/test_x.py",
      "::test_rounding[EUR-0.005]",
    ]);
    expect(splitPath("api/orders/test_create.py")).toEqual(["api/orders", "/test_create.py"]);
    expect(splitPath("api/orders/")).toEqual(["api", "/orders/"]);
    expect(splitPath("soak")).toEqual(["", "soak"]);
  });

  it("takes slashes and colons of parameters for what they are", () => {
    expect(splitPath("a/test_b.py::test_c[x/y::z]")).toEqual(["a/test_b.py", "::test_c[x/y::z]"]);
  });

  it("has the whole text, for copying and for searching the page", () => {
    const path = `deep/${"very/".repeat(20)}test_x.py::test_${"long_".repeat(20)}name`;
    render(<PathName path={path} />);
    expect(screen.getByTitle(path)).toHaveTextContent(path);
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import type { ComparisonItem } from "~/api/types";
import { open } from "~/testing/render";
import { aRunDetail } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const { results } = service;

function anItem(facts: Partial<ComparisonItem> = {}): ComparisonItem {
  return {
    nodeid: "api/test_cart.py::test_total",
    outcomes: ["passed", "passed"],
    durations_ms: [100, 110],
    change: "same",
    ...facts,
  };
}

const ended = (id: number, facts = {}) =>
  aRunDetail({ id, state: "finished", outcome: "failed", ...facts });

beforeEach(() => {
  service.runs = [ended(111), ended(112, { rerun_of: 111 }), ended(113)];
  results.comparison = {
    items: [
      anItem({
        nodeid: "api/test_a.py::test_new",
        outcomes: ["passed", "failed"],
        change: "newly_failing",
      }),
      anItem({
        nodeid: "api/test_a.py::test_gone",
        outcomes: ["passed", null],
        durations_ms: [4, null],
        change: "missing",
      }),
      anItem({ nodeid: "api/test_b.py::test_slow", durations_ms: [100, 900], change: "slower" }),
      anItem({ nodeid: "api/test_b.py::test_same" }),
    ],
    configuration: [{ name: "variables/INTERFACE", values: ["REST", null] }],
    sources: [{ name: "api/test_a.py", values: ["a".repeat(64), "b".repeat(64)] }],
  };
});

const table = () => screen.findByRole("table", { name: "Tests of the runs" });
const group = (name: RegExp) => screen.getByRole("button", { name });

describe("runs beside each other", () => {
  it("are grouped by what changed, with the unchanged folded, and what was different beside", async () => {
    const { user, address } = open("/compare?runs=111,112");
    const found = await table();
    expect(within(found).getByRole("row", { name: /test_new passed.*failed/ })).toBeInTheDocument();
    expect(within(found).getByRole("row", { name: /test_gone passed.*not run/ })).toBeVisible();
    expect(within(found).queryByText(/test_same/)).not.toBeInTheDocument();
    expect(group(/^Same 1/)).toHaveAttribute("aria-expanded", "false");
    await user.click(group(/^Same 1/));
    expect(await within(found).findByText(/test_same/)).toBeInTheDocument();
    expect(address()).toMatch(/turned=same/);
    await user.click(group(/^Newly failing 1/));
    await waitFor(() => expect(within(found).queryByText(/test_new/)).not.toBeInTheDocument());

    const aside = screen.getByRole("complementary", { name: "What was different" });
    expect(aside).toHaveTextContent("Variable INTERFACE111REST112none");
    expect(aside).toHaveTextContent("test_a.py111aaaaaaaaaa112bbbbbbbbbb");
  });

  it("are filtered by change and by name, in the address too", async () => {
    const { user, address } = open("/compare?runs=111,112");
    const found = await table();
    const changes = screen.getByRole("navigation", { name: "Changes" });
    await user.click(within(changes).getByRole("button", { name: "Slower1" }));
    await waitFor(() => expect(within(found).queryByText(/test_new/)).not.toBeInTheDocument());
    expect(address()).toMatch(/change=slower/);
    await user.type(screen.getByRole("textbox", { name: "Filter tests" }), "nothing");
    expect(await screen.findByText("No test matches")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await screen.findByText(/test_new/)).toBeInTheDocument();
    expect(address()).toBe("/compare?runs=111,112");
  });

  it("are turned round, added by number, and taken out", async () => {
    const { user, address } = open("/compare?runs=111,112");
    await table();
    await user.click(screen.getByRole("button", { name: "Compare the other way round" }));
    await waitFor(() => expect(address()).toMatch("/compare?runs=112,111"));
    await user.type(screen.getByRole("textbox", { name: "Add a run" }), "113{Enter}");
    await waitFor(() => expect(address()).toMatch("/compare?runs=112,111,113"));
    await user.click(screen.getByRole("button", { name: "Take run 111 out" }));
    await waitFor(() => expect(address()).toMatch("/compare?runs=112,113"));
    await waitFor(() => expect(results.asked.at(-1)).toMatch(/112(,|%2C)113/));
  });

  it("need two: the second is one of those that ended last", async () => {
    const { user, address } = open("/compare?runs=112");
    expect(await screen.findByText("Compare run 112 with which?")).toBeInTheDocument();
    await user.click(await screen.findByRole("button", { name: /111/ }));
    await waitFor(() => expect(address()).toBe("/compare?runs=111,112"));
    expect(await table()).toBeInTheDocument();
  });

  it("that are not there say so", async () => {
    service.use(http.get("*/api/v1/compare", () => problem(404, "run 999 does not exist")));
    open("/compare?runs=111,999");
    expect(await screen.findByText("run 999 does not exist")).toBeInTheDocument();
  });
});

describe("ways to it", () => {
  it("selected rows are compared, the oldest first", async () => {
    const { user, address } = open("/runs");
    await screen.findByRole("row", { name: /Run 113,/ });
    await user.keyboard("jx");
    expect(screen.queryByRole("link", { name: "Compare" })).not.toBeInTheDocument();
    await user.keyboard("jx");
    await user.click(await screen.findByRole("link", { name: "Compare" }));
    await waitFor(() => expect(address()).toBe("/compare?runs=112,113"));
  });

  it("a rerun is compared with the run it repeats", async () => {
    const { user, address } = open("/runs/112");
    await user.click(await screen.findByRole("link", { name: "Compare with run 111" }));
    await waitFor(() => expect(address()).toBe("/compare?runs=111,112"));
  });
});

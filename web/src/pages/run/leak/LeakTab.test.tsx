import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import type { LeakReport } from "~/api/types";
import { open } from "~/testing/render";
import { aRunDetail, aTest } from "~/testing/samples";
import { http, json, problem, service } from "~/testing/service";

const found: LeakReport = {
  nodeid: "leaks/test_leaking.py::test_orders",
  verdict: "leak",
  reason: "memory grows with every iteration",
  bytes_per_iteration: 141_312,
  interval: [140_902, 141_605],
  confidence: 0.9999,
  threshold_bytes: 4096,
  warm_up: 5,
  iterations: [24_018_944, 24_160_256, 24_301_568, 24_442_880],
  blocks: [1, 2, 3, 4],
  heap_bytes: [1, 2, 3, 4],
  traced_by: "tracemalloc",
  sites: [
    {
      file: "/usr/lib/python3.11/json/decoder.py",
      line: 353,
      bytes: 131_703,
      count: 1749,
      called_from: { file: "leaks/test_leaking.py", line: 9 },
    },
  ],
};

beforeEach(() => {
  const options = { leak: { iterations: 4 } };
  service.runs = [aRunDetail({ id: 7, state: "finished", outcome: "passed", options })];
});

const answer = (report: LeakReport) => service.use(http.get("*/runs/7/leak", () => json(report)));

describe("the result of a leak hunt", () => {
  it("has a verdict, a curve and the lines", async () => {
    answer(found);
    const { user, address } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Leak hunt" }));
    const verdict = await screen.findByRole("region", { name: "Verdict" });
    expect(verdict).toHaveTextContent(/Leak100\.0 % sure/);
    expect(verdict).toHaveTextContent("138 KiB");
    expect(verdict).toHaveTextContent("Memory grows with every iteration.");
    expect(within(verdict).getByRole("img")).toHaveAccessibleName(
      "Memory after each of 4 iterations, from 23 MiB to 23 MiB",
    );
    const line = screen.getByRole("row", { name: /decoder\.py:353/ });
    expect(line).toHaveTextContent(/called from leaks\/test_leaking\.py:9\s*129 KiB1,749/);
    expect(address()).toMatch(/tab=leak/);
  });

  it("has no lines when the test is clean", async () => {
    answer({ ...found, verdict: "clean", bytes_per_iteration: -12, traced_by: null, sites: [] });
    open("/runs/7?tab=leak");
    expect(await screen.findByText("Clean")).toBeInTheDocument();
    expect(screen.getByText("−12 B")).toBeInTheDocument();
    expect(screen.queryByRole("table")).not.toBeInTheDocument();
  });

  it("is missing when the run ended before", async () => {
    service.use(http.get("*/runs/7/leak", () => problem(404, "run 7 ended before")));
    open("/runs/7?tab=leak");
    expect(await screen.findByText("The leak hunt has no result")).toBeInTheDocument();
  });

  it("is not looked for where nobody hunted", async () => {
    service.runs = [aRunDetail({ id: 7, state: "finished", outcome: "passed" })];
    open("/runs/7");
    expect(await screen.findByRole("button", { name: "Resources" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Leak hunt" })).not.toBeInTheDocument();
  });
});

describe("a leak hunt", () => {
  it("is asked for beside a test that passed, with what it saw", async () => {
    service.runs = [
      aRunDetail({
        id: 7,
        state: "finished",
        outcome: "passed",
        variables: { LEVEL: "3" },
        parameters: { SPEED: "fast" },
      }),
    ];
    service.tests.set(7, [aTest()]);
    service.use(http.get("*/runs/500/leak", () => problem(404, "not yet")));
    const { user, address } = open(
      "/runs/7?test=api/orders/test_create.py::test_create&pane=details",
    );
    await user.click(await screen.findByRole("button", { name: "Leak hunt" }));
    await waitFor(() => expect(address()).toBe("/runs/500?tab=leak"));
    expect(service.posted[0]?.body).toEqual({
      requester: "ann",
      environment: 12,
      targets: ["api/orders/test_create.py::test_create"],
      variables: { LEVEL: "3", SPEED: "fast" },
      options: { leak: {} },
    });
  });
});

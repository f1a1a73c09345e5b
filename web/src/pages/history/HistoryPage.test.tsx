import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "~/testing/render";
import { aResult } from "~/testing/results";
import { aRunDetail, aTest } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const NODEID = "api/test_cart.py::test_total[EUR]";
const address = `/history?nodeid=${encodeURIComponent(NODEID)}`;
const { results } = service;

/** As many results as asked for, newest first; the newest is run `newest`. */
function pastOf(count: number, newest = count) {
  const items = Array.from({ length: count }, (_, age) => aResult({ run_id: newest - age }));
  results.history.set(NODEID, items);
  return items;
}

const strip = () => screen.findByRole("toolbar", { name: /results, oldest first/ });
const table = () => screen.findByRole("table");

describe("the history of a test", () => {
  it("says what the last failure seems to be, why, since when, and how long the test takes", async () => {
    results.history.set(NODEID, [
      aResult({ run_id: 9, outcome: "failed", sha256: "b".repeat(64) }),
      aResult({ run_id: 8, environment: 3 }),
    ]);
    results.said = {
      label: "new",
      why: "it was good in run 8, the one before",
      first_failing_run: 9,
      flake_rate: 0.125,
    };
    const page = open(address);
    expect(await screen.findByText("New failure")).toBeInTheDocument();
    expect(screen.getByText(/It was good in/)).toHaveTextContent(
      "It was good in run 8, the one before.",
    );
    const figures = screen.getByRole("region", { name: "Figures" });
    expect(figures).toHaveTextContent("13 %");
    expect(figures).toHaveTextContent("0.30 s95 % within 0.40 s");
    const rows = within(await table()).getAllByRole("row");
    expect(rows[1]).toHaveTextContent(/Failed9.*changed/);
    expect(rows[2]).toHaveTextContent(/Passed8 *3 *env-3.*first/);
    await page.user.click(within(figures).getByRole("link", { name: "Run 9" }));
    await waitFor(() => expect(page.address()).toMatch(/^\/runs\/9\?test=/));
  });

  it("tells each result of the strip in words as the keys go over it", async () => {
    pastOf(60);
    results.history.get(NODEID)?.splice(1, 1, aResult({ run_id: 59, outcome: "error" }));
    const { user } = open(address);
    const links = within(await strip()).getAllByRole("link");
    expect(links).toHaveLength(50);
    const told = screen.getByTestId("told");
    expect(told).toHaveTextContent(/^Passedin run 60/);
    links.at(-1)?.focus();
    await user.keyboard("{ArrowLeft}");
    await waitFor(() => expect(told).toHaveTextContent(/^Errorin run 59, environment 12/));
    expect(document.activeElement).toHaveAccessibleName("Error in run 59, environment 12");
    await user.keyboard("{Home}");
    await waitFor(() => expect(told).toHaveTextContent(/in run 11,/));
    await user.hover(links[30] as HTMLElement);
    await waitFor(() => expect(told).toHaveTextContent(/in run 41,/));
  });

  it("has pages, and the address says which", async () => {
    pastOf(60);
    const { user, address: at } = open(address);
    await table();
    expect(screen.queryByRole("link", { name: "Run 10" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Older" }));
    expect(await screen.findByRole("link", { name: "Run 10" })).toBeInTheDocument();
    expect(at()).toMatch(/cursor=50/);
    expect(screen.getByRole("button", { name: "Older" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Newest" }));
    expect(await screen.findByRole("link", { name: "Run 60" })).toBeInTheDocument();
    expect(at()).not.toMatch(/cursor/);
  });

  it("is that of one environment where the address says so", async () => {
    results.history.set(NODEID, [
      aResult({ run_id: 9, environment: 7 }),
      aResult({ run_id: 8, environment: 3 }),
    ]);
    service.environments = service.environments.filter(({ id }) => [3, 7, 50].includes(id));
    const { user, address: at } = open(address);
    await table();
    await user.click(screen.getByRole("combobox", { name: "Environment" }));
    await user.click(await screen.findByRole("option", { name: "3 env-3" }));
    await waitFor(() => expect(at()).toMatch(/environment=3/));
    await waitFor(() =>
      expect(screen.queryByRole("link", { name: "Run 9" })).not.toBeInTheDocument(),
    );
    await user.click(screen.getByRole("combobox", { name: "Environment" }));
    await user.click(await screen.findByRole("option", { name: "50 env-50" }));
    expect(await screen.findByText("No result in environment 50")).toBeInTheDocument();
    await user.click(screen.getAllByRole("button", { name: "All environments" }).at(-1) as Element);
    expect(await screen.findByRole("link", { name: "Run 9" })).toBeInTheDocument();
  });

  it("is found by typing a part of the file, then the case", async () => {
    service.files = ["api/test_cart.py", "api/test_orders.py"];
    service.cases.set("api/test_cart.py", ["test_empty", "test_total[EUR]"]);
    pastOf(2);
    const { user, address: at } = open("/history");
    expect(await screen.findByText("Which test?")).toBeInTheDocument();
    await user.type(screen.getByRole("combobox", { name: "Test" }), "cart");
    await user.click(await screen.findByRole("option", { name: "api/test_cart.py" }));
    await user.click(await screen.findByRole("option", { name: NODEID }));
    await waitFor(() => expect(at()).toMatch(/^\/history\?nodeid=/));
    expect(await table()).toBeInTheDocument();
  });

  it("of a test that nobody ran says so, and a failure what to do", async () => {
    open("/history?nodeid=api/test_cart.py::test_new");
    expect(await screen.findByText("No finished run had this test")).toBeInTheDocument();
    service.use(http.get("*/api/v1/history", () => problem(503, "The database does not answer")));
    open("/history?nodeid=api/test_cart.py::test_other");
    expect(await screen.findByText("The database does not answer")).toBeInTheDocument();
    expect(screen.getByText("7f3a91c2")).toBeInTheDocument();
  });
});

describe("the leaderboards", () => {
  it("show what cost most attention, over as many days as one wants", async () => {
    const leader = {
      nodeid: NODEID,
      results: 40,
      failed: 10,
      flips: null,
      mean_ms: 1500,
      longest_ms: 61_000,
      last_run_id: 9,
    };
    results.boards = {
      since: "2026-03-01T00:00:00.000Z",
      flakiest: [{ ...leader, flips: 3 }],
      failing: [leader],
      slowest: [leader],
    };
    const { user, address: at } = open("/history");
    const board = async (name: string) => screen.findByRole("region", { name });
    expect(await board("Flakiest")).toHaveTextContent("3 turns");
    expect(await board("Most failing")).toHaveTextContent("10 of 40, 25 %");
    expect(await board("Slowest")).toHaveTextContent("1.50 s, at most 1:01");
    await user.click(screen.getByRole("radio", { name: "7 days" }));
    await waitFor(() => expect(at()).toBe("/history?days=7"));
    expect(results.asked.at(-1)).toBe("?days=7");
    pastOf(1);
    await user.click(within(await board("Slowest")).getByRole("link"));
    await waitFor(() => expect(at()).toMatch(/^\/history\?nodeid=/));
  });
});

describe("ways to it", () => {
  it("the search takes a nodeid", async () => {
    pastOf(1);
    const { user, address: at } = open("/runs");
    await screen.findByRole("heading", { level: 1, name: "Runs" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(
      await screen.findByPlaceholderText("Run number, page, environment or command"),
      "api/test_cart.py::test_total[[EUR]",
    );
    await user.click(await screen.findByText(`History of ${NODEID}`));
    await waitFor(() => expect(at()).toMatch(/^\/history\?nodeid=/));
  });

  it("a failed test of a run says whether it is new, with one question for the selected one", async () => {
    service.runs = [aRunDetail({ id: 9, state: "finished", outcome: "failed" })];
    service.tests.set(9, [
      aTest({ nodeid: NODEID, outcome: "failed", message: "AssertionError" }),
      aTest({ number: 1, nodeid: "api/test_cart.py::test_other", outcome: "failed" }),
    ]);
    pastOf(8);
    results.history.get(NODEID)?.unshift(aResult({ run_id: 9, outcome: "failed" }));
    results.said = { label: "new", why: "it was good in run 8, the one before" };
    const { user, address: at } = open("/runs/9");
    const past = await screen.findByRole("group", { name: "What earlier runs tell" });
    expect(past).toHaveTextContent("New failureIt was good in run 8, the one before.");
    expect(past).not.toHaveTextContent("since");
    expect(results.asked).toHaveLength(1);
    await user.click(within(screen.getByRole("main")).getByRole("link", { name: "History" }));
    await waitFor(() => expect(at()).toMatch(/^\/history\?nodeid=/));
    expect(await strip()).toBeInTheDocument();
  });

  it("an old run tells that the label is of a later one", async () => {
    service.runs = [aRunDetail({ id: 5, state: "finished", outcome: "failed" })];
    service.tests.set(5, [aTest({ nodeid: NODEID, outcome: "failed" })]);
    pastOf(8);
    open("/runs/5");
    const past = await screen.findByRole("group", { name: "What earlier runs tell" });
    expect(past).toHaveTextContent(/^In runs since:Passing/);
  });
});

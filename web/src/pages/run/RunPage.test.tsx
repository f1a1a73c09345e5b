import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { RunDetail } from "~/api/types";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { aRunDetail, aTest, someProgress } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const TRACEBACK = `def test_rounding():
>       assert refund == expected
E       AssertionError: off by one
E       assert 'a\\nb' == 'a\\nc'
E         
E           a
E         - c
E         + b

api/test_refund.py:48: AssertionError`;

const facts = () => screen.findByRole("region", { name: "Facts" });
const tree = () => screen.findByRole("tree", { name: "Tests" });
const log = () => screen.findByRole("region", { name: /^Log of run/ });
const live = () => screen.findAllByText("Live");

function aRunningOne(more: Partial<RunDetail> = {}) {
  service.logs.set(7, ["first line", "\u001b[31mred line\u001b[0m"]);
  service.tests.set(7, [aTest({ nodeid: "api/test_a.py::test_one" })]);
  service.runs = [
    aRunDetail({
      id: 7,
      state: "running",
      progress: someProgress({ collected: 3, passed: 1 }),
      log: { lines: 2, bytes: 20, complete: false },
      ...more,
    }),
  ];
}

function aFailedOne() {
  service.logs.set(7, ["collected 2 items", "test_one PASSED", "INFO before", "test_two FAILED"]);
  service.tests.set(7, [
    aTest({ number: 0, nodeid: "api/test_refund.py::test_one", log: { from_line: 2, to_line: 2 } }),
    aTest({
      number: 1,
      nodeid: "api/test_refund.py::test_two",
      outcome: "failed",
      message: "AssertionError: off by one",
      traceback: TRACEBACK,
      log: { from_line: 3, to_line: 4 },
    }),
  ]);
  service.runs = [
    aRunDetail({
      id: 7,
      state: "finished",
      outcome: "failed",
      progress: someProgress({ collected: 2, passed: 1, failed: 1 }),
      log: { lines: 4, bytes: 60, complete: true },
    }),
  ];
}

describe("a run that goes on", () => {
  it("shows each test and each line as they come, and how it ended, without a reload", async () => {
    aRunningOne();
    open("/runs/7");
    expect(await facts()).toHaveTextContent(/Running.*1 of 3/);
    expect(await within(await log()).findByText("red line")).toHaveClass("ansi-1");
    await live();

    service.tell("test", {
      ...aTest({ number: 1, nodeid: "api/test_a.py::test_two", outcome: "running" }),
      run_id: 7,
      cut: false,
    });
    expect(await within(await tree()).findByText(/Running now/)).toBeInTheDocument();
    service.logs.get(7)?.push("third line");
    service.tell("log", { run_id: 7, lines: 3, bytes: 30, complete: false });
    expect(await within(await log()).findByText("third line")).toBeInTheDocument();
    expect(screen.getByText("Following")).toBeInTheDocument();

    service.tell("test", {
      ...aTest({ number: 1, nodeid: "api/test_a.py::test_two", outcome: "failed" }),
      run_id: 7,
      cut: false,
    });
    expect(await within(await tree()).findByText(/^Failed/)).toBeInTheDocument();
    service.change(7, {
      state: "finished",
      outcome: "failed",
      progress: someProgress({ collected: 2, passed: 1, failed: 1 }),
    });
    await waitFor(async () =>
      expect(await facts()).toHaveTextContent(/Failed.*1 failed.*1 passed/),
    );
    expect(document.title).toMatch(/^Failed · 7/);
    expect(screen.queryByText("Following")).toBeInTheDocument();
    service.tell("log", { run_id: 7, lines: 3, bytes: 30, complete: true });
    await waitFor(() => expect(screen.queryByText("Following")).not.toBeInTheDocument());
  });

  it("is cancelled by a click, and says so until it has ended", async () => {
    aRunningOne();
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(async () => expect(await facts()).toHaveTextContent("Cancelling"));
    expect(service.posted).toEqual([
      { path: "/api/v1/runs/7/cancel", body: { requester: "ann" }, key: null },
    ]);
    await live();
    service.change(7, { state: "finished", outcome: "cancelled", reason: "cancelled by ann" });
    await waitFor(async () =>
      expect(await facts()).toHaveTextContent(/Cancelled.*cancelled by ann/),
    );
  });

  it("is not cancelled by mistake when somebody else asked for it", async () => {
    aRunningOne({ requester: "mia" });
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(service.posted).toEqual([]);
    await user.click(await screen.findByText("Cancel the run of mia"));
    await waitFor(() => expect(service.posted).toHaveLength(1));
  });
});

describe("a run of which little is known", () => {
  it("says honestly that what it used is not known yet", async () => {
    aRunningOne();
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Resources" }));
    expect(await screen.findByText("Not known yet")).toBeInTheDocument();
    expect(screen.getByText("They are known when the run has ended.")).toBeInTheDocument();
  });
});

describe("a run that waits", () => {
  it("says where it stands, and behind whom", async () => {
    service.runs = [
      aRunDetail({
        id: 7,
        position: 2,
        ahead: [5, 6],
        waits_for: "run 6 to end in environment 12",
      }),
    ];
    open("/runs/7");
    expect(await facts()).toHaveTextContent(/Queued.*Position2nd.*Ahead5.*6/);
    expect(within(await facts()).getByRole("link", { name: "5" })).toHaveAttribute(
      "href",
      "/runs/5",
    );
    expect(screen.getByText("No log yet")).toBeInTheDocument();
  });
});

describe("a run that has failed", () => {
  it("opens on its failure: the message, the difference, the line as it ran", async () => {
    aFailedOne();
    open("/runs/7");
    const details = await screen.findByRole("region", {
      name: "Test api/test_refund.py::test_two",
    });
    expect(within(details).getByRole("heading", { level: 2 })).toHaveTextContent(
      "AssertionError: off by one",
    );
    expect(within(details).getByText("Difference")).toBeInTheDocument();
    expect(within(details).getByText("48")).toBeInTheDocument();
    expect(await within(details).findByText("INFO before")).toBeInTheDocument();
  });

  it("shows where a test hung, with the stacks of its threads", async () => {
    const stacks = `Current thread 0x7f (most recent call first):\n  File "/tests/a.py", line 7 in wait\n`;
    const message = "it was still running at the limit of 5 s";
    service.tests.set(7, [
      aTest({ nodeid: "a.py::t", outcome: "lost", message, traceback: stacks }),
    ]);
    service.runs = [aRunDetail({ id: 7, state: "finished", outcome: "timed_out" })];
    open("/runs/7");
    const details = await screen.findByRole("region", { name: "Test a.py::t" });
    expect(within(details).getByRole("heading", { level: 2 })).toHaveTextContent(message);
    expect(within(details).getByText("Current thread 0x7f")).toBeInTheDocument();
    expect(within(details).getByText("/tests/a.py")).toBeInTheDocument();
  });

  it("shows another test and its slice of the log by a click", async () => {
    aFailedOne();
    const { user, address } = open("/runs/7");
    await user.click(within(await tree()).getByText("test_one"));
    const line = await within(await log()).findByText("test_one PASSED");
    expect(line.closest("[data-mark]")).toHaveAttribute("data-mark", "test");
    expect(address()).toBe("/runs/7?test=api/test_refund.py::test_one");
    await user.click(screen.getByText("Details"));
    expect(
      await screen.findByRole("region", { name: "Test api/test_refund.py::test_one" }),
    ).toHaveTextContent("Passed");
  });

  it("shows the file as it ran, at the line that failed", async () => {
    aFailedOne();
    const lines = Array.from({ length: 60 }, (_, at) => `value_${at + 1} = ${at + 1}`);
    service.sources.set("api/test_refund.py", lines.join("\n"));
    const { user, address } = open("/runs/7");
    await user.click(await screen.findByText("Source"));
    const source = await screen.findByRole("region", { name: "Source of api/test_refund.py" });
    await waitFor(() =>
      expect(source.querySelector("[data-failed]")).toHaveTextContent("48value_48 = 48"),
    );
    expect(address()).toBe("/runs/7?pane=source");
  });

  it("shows the file as it is now where the run kept none, and says so", async () => {
    aFailedOne();
    service.use(http.get("*/api/v1/tests/source", () => new Response("value = 1\n")));
    open("/runs/7?pane=source");
    const source = await screen.findByRole("region", { name: "Source of api/test_refund.py" });
    expect(await within(source).findByText(/^as it is now/)).toBeInTheDocument();
    expect(source).toHaveTextContent("value = 1");
  });

  it("says why the file cannot be shown", async () => {
    aFailedOne();
    service.use(http.get("*/api/v1/tests/source", () => problem(404, "There is no such file")));
    open("/runs/7?pane=source");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such file");
  });

  it("shows what it cost, and the tests that cost most", async () => {
    aFailedOne();
    service.runs = service.runs.map((run) => ({
      ...run,
      duration_ms: 10_000,
      usage: { cpu_ms: 5_000, memory_peak_bytes: 64 * 2 ** 20 },
    }));
    const { user, address } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Resources" }));
    const used = await screen.findByRole("region", { name: "What the run used" });
    expect(used).toHaveTextContent(/5 s50 % of one core.*64 MiB.*0:10.*4 lines/);
    await user.click(await screen.findByTitle("api/test_refund.py::test_one"));
    await waitFor(() => expect(address()).toContain("test=api/test_refund.py::test_one"));
  });

  it("runs its failed tests again", async () => {
    aFailedOne();
    const { user, address } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Rerun 1 failed" }));
    await waitFor(() => expect(address()).toBe("/runs/600"));
    expect(service.posted[0]).toMatchObject({
      path: "/api/v1/runs/7/rerun",
      body: { failed_only: true },
    });
    expect(await facts()).toHaveTextContent(/Rerun of7/);
  });

  it("says why it was not run again", async () => {
    aFailedOne();
    service.use(
      http.post("*/runs/:id/rerun", () => problem(409, "Environment 12 is in maintenance")),
    );
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Rerun all" }));
    const notice = await screen.findByText(/Environment 12 is in maintenance/);
    expect(notice).toHaveTextContent("7f3a91c2");
  });

  it("filters its tests, and shows the slowest", async () => {
    aFailedOne();
    const { user, address } = open("/runs/7");
    await user.type(await screen.findByRole("textbox", { name: "Filter tests" }), "two");
    expect(await within(await tree()).findByText("Matching")).toBeInTheDocument();
    expect(within(await tree()).queryByText("test_one")).not.toBeInTheDocument();
    expect(address()).toContain("filter=two");
    await user.clear(screen.getByRole("textbox", { name: "Filter tests" }));
    await user.click(screen.getByText("Slowest"));
    expect(await within(await tree()).findByText("Slowest first")).toBeInTheDocument();
  });

  it("steps from test to test by keys", async () => {
    aFailedOne();
    const { user, address } = open("/runs/7?test=api/test_refund.py::test_two");
    await tree();
    await user.keyboard("j");
    await waitFor(() => expect(address()).toContain("test=api/test_refund.py::test_one"));
    await user.keyboard("j");
    await waitFor(() => expect(address()).toContain("test=api/test_refund.py::test_two"));
    await user.keyboard("k");
    await waitFor(() => expect(address()).toContain("test=api/test_refund.py::test_one"));
  });
});

describe("the log of a run", () => {
  it("is searched on the server, with the number of hits", async () => {
    aFailedOne();
    const { user } = open("/runs/7?pane=log");
    await log();
    await user.type(screen.getByRole("textbox", { name: "Search the log" }), "test_");
    expect(await screen.findByText("1 of 2")).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(await screen.findByText("2 of 2")).toBeInTheDocument();
    expect(within(await log()).getAllByText("test_")[0]?.tagName).toBe("MARK");
  });

  it("is stepped through also where more lines match than one answer lists", async () => {
    aFailedOne();
    service.logs.set(7, ["a hit", "a hit", "nothing", "a hit", "a hit", "a hit"]);
    service.mostMatches = 2;
    const { user } = open("/runs/7?pane=log");
    await log();
    await user.type(screen.getByRole("textbox", { name: "Search the log" }), "hit");
    for (const words of ["1 of 5+", "2 of 5+", "3 of 5+", "4 of 5+", "5 of 5+", "1 of 5+"]) {
      expect(await screen.findByText(words)).toBeInTheDocument();
      await user.keyboard("{Enter}");
    }
  });

  it("has lines that can be linked to, one or many", async () => {
    aFailedOne();
    const { user, address } = open("/runs/7?pane=log");
    const number = async (line: number) =>
      await within(await log()).findByRole("link", { name: String(line) });
    await user.click(await number(2));
    expect(address()).toBe("/runs/7?pane=log#L2");
    await user.keyboard("{Shift>}");
    await user.click(await number(4));
    expect(address()).toBe("/runs/7?pane=log#L2-L4");
    expect(document.querySelectorAll("[data-mark=linked]")).toHaveLength(3);
  });

  it("opens at the lines of the address", async () => {
    aFailedOne();
    open("/runs/7?pane=log#L3");
    const line = await within(await log()).findByText("INFO before");
    expect(line.closest("[data-mark]")).toHaveAttribute("data-mark", "linked");
  });
});

describe("everything that was asked for", () => {
  it("is on the tab Info", async () => {
    service.runs = [
      aRunDetail({
        id: 7,
        targets: ["api/", "soak/"],
        options: { timeout_s: 1800, max_failures: 2, keyword: "not slow" },
        variables: { CURRENCY: "EUR" },
        note: "before the release",
        sources: [{ path: "api/test_a.py", sha256: "4be1f0c2a9d84e7f" }],
      }),
    ];
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Info" }));
    for (const text of ["30 min", "2 failures", "not slow", "CURRENCY", "EUR", "4be1f0c2a9d8"]) {
      expect(await screen.findByText(text)).toBeInTheDocument();
    }
  });

  it("says what was removed of it, and shows no empty log instead", async () => {
    aFailedOne();
    const words =
      "the log of run 7 was removed on 2026-03-03 14:20 UTC, because logs are kept for 1 day";
    const [run] = service.runs;
    if (run) {
      run.log = { lines: 0, bytes: 0, complete: true };
      run.pruned = [
        { part: "log", at: "2026-03-03T14:20:03.050Z", reason: "logs are kept for 1 day", words },
      ];
    }
    const { user } = open("/runs/7");
    expect(await facts()).toHaveTextContent("The log of run 7 was removed on 2026-03-03");
    await user.click(await screen.findByRole("radio", { name: "Log" }));
    expect(await screen.findByText("The log was removed")).toBeInTheDocument();
  });

  it("says that it was removed", async () => {
    const words =
      "run 99 was removed on 2026-03-03 14:20 UTC, because finished runs are kept for 9 days";
    service.use(http.get("*/api/v1/runs/99", () => problem(410, words)));
    open("/runs/99");
    expect(await screen.findByText("Run 99 is not there any more")).toBeInTheDocument();
    expect(screen.getByText(words)).toBeInTheDocument();
  });

  it("is nothing for a run that does not exist", async () => {
    open("/runs/99");
    expect(await screen.findByText("There is no run 99")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "All runs" })).toHaveAttribute("href", "/runs");
  });
});

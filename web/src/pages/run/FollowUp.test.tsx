import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { aComment, aRun, aRunDetail, aTest, someProgress } from "~/testing/samples";
import { service } from "~/testing/service";

// A canvas needs a browser: the picture is looked at there, what stands around it here.
vi.mock("./resources/UsageChart", () => ({ default: () => <div data-testid="chart" /> }));

const NODEID = "api/test_refund.py::test_two";
const START = Date.parse("2026-03-09T12:00:00.000Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function aFailedOne() {
  service.tests.set(7, [
    aTest({ nodeid: "api/test_refund.py::test_one", started_at: at(0), duration_ms: 1000 }),
    aTest({
      number: 1,
      nodeid: NODEID,
      outcome: "failed",
      started_at: at(1),
      duration_ms: 2000,
      label: "known_failing",
      why: "it has failed 2 times since run 5",
      memory: { before_bytes: 0, peak_bytes: 96 * 2 ** 20, after_bytes: 64 * 2 ** 20 },
    }),
  ]);
  service.runs = [
    aRunDetail({
      id: 7,
      state: "finished",
      outcome: "failed",
      started_at: at(0),
      progress: someProgress({ collected: 2, passed: 1, failed: 1 }),
    }),
  ];
}

const sample = (seconds: number, cpu_ms: number, mib: number) => ({
  at: at(seconds),
  cpu_ms,
  memory_bytes: mib * 2 ** 20,
  processes: 2,
  read_bytes: 0,
  written_bytes: 0,
});

describe("what a run used", () => {
  it("tells the peak in words, the limit it came near, and the tests that kept memory", async () => {
    aFailedOne();
    service.usage = {
      items: [sample(1, 500, 30), sample(2, 2000, 120)],
      limits: { memory_bytes: 128 * 2 ** 20, processes: 512, timeout_s: 3600 },
      near: ["its memory came to 120 MiB, and its limit is 128 MiB"],
      total: null,
    };
    const { address, user } = open("/runs/7?tab=resources");
    const usage = await screen.findByRole("region", { name: "Processor and memory over time" });
    expect(await within(usage).findByTestId("chart")).toBeInTheDocument();
    expect(usage).toHaveTextContent("Its memory came to 120 MiB, and its limit is 128 MiB.");
    expect(usage).toHaveTextContent("Memory was at most 120 MiB, after 2 s");
    expect(usage).toHaveTextContent("at most 150 % of one core");
    const kept = screen.getByRole("heading", { name: "Memory that tests kept" }).closest("section");
    expect(kept).toHaveTextContent("test_two+64 MiB");
    expect(usage).toHaveTextContent("0:02120 MiB150 % of a core");
    await user.click(within(usage).getByRole("button", { name: NODEID }));
    await waitFor(() => expect(address()).toContain(`test=${NODEID}`));
  });

  it("grows with what the stream tells", async () => {
    aFailedOne();
    service.runs = service.runs.map((run) => ({ ...run, state: "running", outcome: null }));
    service.usage = { items: [sample(1, 500, 30)], limits: null, near: [], total: null };
    open("/runs/7?tab=resources");
    const usage = await screen.findByRole("region", { name: "Processor and memory over time" });
    expect(usage).toHaveTextContent("The first samples are on their way.");
    await waitFor(() => expect(service.streaming).toBe(true));
    service.tell("usage", { run_id: 7, ...sample(2, 600, 40) });
    service.tell("usage", { run_id: 7, ...sample(2, 600, 40) });
    expect(await within(usage).findByText("0:02")).toBeInTheDocument();
    expect(usage).toHaveTextContent("40 MiB10 % of a core");
  });
});

describe("a failure", () => {
  it("says in the list what it seems to be, with the evidence", async () => {
    aFailedOne();
    open("/runs/7");
    const tree = await screen.findByRole("tree", { name: "Tests" });
    const labels = await within(tree).findAllByText("known failing");
    expect(labels[0]).toHaveAttribute("title", "it has failed 2 times since run 5");
  });
});

describe("a test that hung", () => {
  it("shows where each of its threads was, its own line first", async () => {
    aFailedOne();
    const traceback = [
      "Current thread 0x00007f10b2a3e740 (most recent call first):",
      '  File "/usr/lib/python3.11/socket.py", line 706 in readinto',
      '  File "/tests/api/test_refund.py", line 4 in test_two',
    ].join("\n");
    const hung = aTest({ number: 1, nodeid: NODEID, outcome: "lost", traceback });
    service.tests.set(7, [hung]);
    const { user } = open(`/runs/7?test=${NODEID}&pane=details`);
    const thread = await screen.findByRole("region", { name: /^Current thread/ });
    expect(thread).toHaveTextContent("test_two /tests/api/test_refund.py");
    expect(thread).not.toHaveTextContent("readinto");
    await user.click(within(thread).getByRole("button", { name: "1 call in libraries" }));
    expect(thread).toHaveTextContent("706readinto /usr/lib/python3.11/socket.py");
  });
});

describe("what was asked for", () => {
  it("is told down to its options", async () => {
    const options = { interpreter: "3.13", network: "none", retry_lost: 2, start: "cold" };
    service.runs = [aRunDetail({ id: 7, state: "finished", outcome: "passed", options })];
    open("/runs/7?tab=info");
    const asked = (await screen.findByRole("heading", { name: "Asked for" })).closest("section");
    expect(asked).toHaveTextContent(/If its host is lost2 more attempts/);
    expect(asked).toHaveTextContent(/Interpreter3\.13Interpreter startscoldNetworknone/);
  });
});

describe("comments", () => {
  it("are read, written with a ticket, and deleted", async () => {
    localStorage.setItem(KEYS.user, "ann");
    aFailedOne();
    service.comments = [aComment({ author: "ben", text: "known since Monday" })];
    service.runs = service.runs.map((run) => ({ ...run, comments: 1 }));
    const { user } = open(`/runs/7?test=${NODEID}&pane=details`);
    const comments = await screen.findByRole("region", { name: "Comments" });
    expect(within(comments).queryByText("known since Monday")).not.toBeInTheDocument();
    await user.click(within(comments).getByRole("button", { name: "Comment or link a ticket" }));
    await user.type(within(comments).getByRole("textbox", { name: "Comment" }), "mine");
    const url = "https://tickets.example.com/SHOP-112";
    await user.type(within(comments).getByRole("textbox", { name: "Ticket" }), url);
    await user.click(within(comments).getByRole("button", { name: "Add comment" }));
    const link = await within(comments).findByRole("link", { name: url });
    expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
    expect(service.posted[0]).toMatchObject({
      path: "/api/v1/runs/7/comments",
      body: { author: "ann", text: "mine", url, nodeid: NODEID },
    });
    await user.click(within(comments).getByRole("button", { name: "Delete the comment of ann" }));
    await user.click(await screen.findByRole("button", { name: "Delete comment" }));
    await waitFor(() => expect(service.comments).toHaveLength(1));
    await waitFor(() => expect(link).not.toBeInTheDocument());
  });

  it("of somebody else appear while one looks", async () => {
    aFailedOne();
    open(`/runs/7?test=${NODEID}&pane=details`);
    await screen.findByRole("region", { name: "Comments" });
    await waitFor(() => expect(service.streaming).toBe(true));
    service.comments = [aComment({ author: "ben", text: "mended", nodeid: NODEID })];
    service.change(7, { comments: 1 });
    expect(await screen.findByText("mended")).toBeInTheDocument();
  });

  it("never make a link of what is none of the web", async () => {
    aFailedOne();
    service.comments = [aComment({ url: "javascript:alert(1)" })];
    service.runs = service.runs.map((run) => ({ ...run, comments: 1 }));
    open("/runs/7?tab=info");
    const text = await screen.findByText("javascript:alert(1)");
    expect(text.closest("a")).toBeNull();
  });
});

describe("reruns", () => {
  it("are one view of what failed first and what became of it", async () => {
    aFailedOne();
    service.runs = service.runs.map((run) => ({ ...run, reruns: [9] }));
    const ended = { state: "finished" as const, outcome: "failed" as const };
    service.results.chain = {
      runs: [aRun({ id: 7, ...ended }), aRun({ id: 9, rerun_of: 7, ...ended })],
      items: [
        { nodeid: NODEID, outcomes: ["failed", "passed"], became: "fixed" },
        { nodeid: "api/test_a.py::test_left", outcomes: ["failed", null], became: "not_rerun" },
      ],
    };
    const { user } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Reruns" }));
    const table = await screen.findByRole("table", { name: "What became of the failures" });
    expect(screen.getByText(/2 tests failed in run 7/)).toHaveTextContent(
      "2 tests failed in run 7: 1 passes now, 1 was not run again.",
    );
    const rows = within(table).getAllByRole("row");
    expect(rows[1]).toHaveTextContent(/test_twofailedpassedpasses now/);
    expect(within(table).getByRole("link", { name: "passed in run 9" })).toHaveAttribute(
      "href",
      expect.stringContaining("/runs/9?test="),
    );
    expect(rows[2]).toHaveTextContent(/not runnot run again/);
  });

  it("of somebody else appear while one looks, and what becomes of them", async () => {
    aFailedOne();
    const { user } = open("/runs/7");
    await screen.findByRole("tree", { name: "Tests" });
    expect(screen.queryByRole("button", { name: "Reruns" })).not.toBeInTheDocument();
    await waitFor(() => expect(service.streaming).toBe(true));
    const first = aRun({ id: 7, state: "finished", outcome: "failed" });
    const again = aRunDetail({ id: 9, rerun_of: 7 });
    service.runs.push(again);
    service.results.chain = {
      runs: [first, again],
      items: [{ nodeid: NODEID, outcomes: ["failed", null], became: "not_rerun" }],
    };
    service.change(7, { reruns: [9], rerun_count: 1 });
    await user.click(await screen.findByRole("button", { name: "Reruns" }));
    expect(await screen.findByText(/1 was not run again/)).toBeInTheDocument();
    service.results.chain = {
      runs: [first, { ...again, state: "finished", outcome: "passed" }],
      items: [{ nodeid: NODEID, outcomes: ["failed", "passed"], became: "fixed" }],
    };
    service.change(9, { state: "finished", outcome: "passed" });
    expect(await screen.findByText(/1 passes now/)).toBeInTheDocument();
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { anEnvironment, aRunDetail, someProgress } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const row = (id: number) => screen.findByRole("row", { name: new RegExp(`Run ${id},`) });
const live = () => screen.findAllByText("Live");

function someRuns() {
  service.runs = [
    aRunDetail({
      id: 11,
      state: "running",
      progress: someProgress({ collected: 14, passed: 2, failed: 1 }),
    }),
    aRunDetail({
      id: 12,
      state: "queued",
      position: 1,
      waits_for: "run 11 to end in environment 12",
    }),
    aRunDetail({
      id: 10,
      requester: "mia",
      state: "finished",
      outcome: "failed",
      progress: someProgress({ collected: 3, passed: 1, failed: 2 }),
    }),
  ];
}

describe("the runs", () => {
  it("are shown by what they do: how far, behind whom, how they ended", async () => {
    someRuns();
    open("/runs");
    expect(await row(11)).toHaveTextContent(/Running.*3 \/ 14.*1 failed/);
    expect(await row(12)).toHaveTextContent(/Queued.*Next, after 11/);
    expect(await row(10)).toHaveTextContent(/Failed.*mia.*2 failed.*1 passed/);
    const headings = screen.getAllByRole("heading", { level: 2 });
    expect(headings.map((heading) => heading.textContent)).toEqual([
      "Running",
      "Queued",
      "Finished",
    ]);
  });

  it("change without a reload when the stream tells", async () => {
    someRuns();
    open("/runs");
    await row(11);
    await live();
    service.change(11, { state: "finished", outcome: "passed", duration_ms: 61_000 });
    await waitFor(async () => expect(await row(11)).toHaveTextContent(/Passed.*1:01/));
    expect(screen.queryByRole("heading", { name: "Running" })).not.toBeInTheDocument();
  });

  it("keep their places under the pointer: new ones are counted until they are wanted", async () => {
    someRuns();
    const { user } = open("/runs");
    await user.pointer({ target: await row(11), pointerName: "mouse" });
    await user.hover(await row(11));
    await live();
    service.tell("run", aRunDetail({ id: 20, state: "running" }));
    const pill = await screen.findByRole("button", { name: "1 new run" });
    expect(screen.queryByRole("row", { name: /Run 20,/ })).not.toBeInTheDocument();
    await user.click(pill);
    expect(await row(20)).toBeInTheDocument();
  });

  it("are filtered by what is typed, as chips in the address", async () => {
    someRuns();
    const { user, address } = open("/runs");
    await row(11);
    await user.type(screen.getByRole("textbox", { name: "Search runs" }), "user:mia{enter}");
    await waitFor(() => expect(screen.queryByRole("row", { name: /Run 11,/ })).toBeNull());
    expect(await row(10)).toBeInTheDocument();
    expect(address()).toBe("/runs?user=mia");
    await user.click(screen.getByRole("button", { name: "Remove user: mia" }));
    expect(await row(11)).toBeInTheDocument();
  });

  it("offer the filters' values", async () => {
    const { user, address } = open("/runs");
    await user.type(await screen.findByRole("textbox", { name: "Search runs" }), "outcome:ti");
    await user.click(await screen.findByText("outcome:timed_out"));
    await waitFor(() => expect(address()).toBe("/runs?outcome=timed_out"));
  });

  it("offer environments by number and name, and files of the tests root", async () => {
    service.files = ["api/refunds/test_refund.py", "smoke/test_login.py"];
    const { user, address } = open("/runs");
    const search = await screen.findByRole("textbox", { name: "Search runs" });
    await user.type(search, "env:env-77");
    await user.click(await screen.findByText("env:77"));
    await waitFor(() => expect(address()).toBe("/runs?env=77"));
    await user.type(search, "file:refund");
    await user.click(await screen.findByText("file:api/refunds/test_refund.py"));
    await waitFor(() => expect(address()).toBe("/runs?env=77&file=api/refunds/test_refund.py"));
  });

  it("say that none matches, and clear the filters", async () => {
    someRuns();
    const { user } = open("/runs?user=nobody");
    expect(await screen.findByText("No run matches")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(await row(11)).toBeInTheDocument();
  });

  it("offer the first run when there is none", async () => {
    open("/runs");
    expect(await screen.findByText("No run yet")).toBeInTheDocument();
    expect(screen.getAllByRole("link", { name: /New run/ }).length).toBeGreaterThan(0);
  });

  it("tell what failed with the request's id, and try again", async () => {
    someRuns();
    service.use(http.get("*/api/v1/runs", () => problem(503, "The database does not answer")));
    const { user } = open("/runs");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The database does not answer");
    expect(alert).toHaveTextContent("7f3a91c2");
    service.reset();
    someRuns();
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await row(11)).toBeInTheDocument();
  });

  it("are chosen with keys and cancelled together", async () => {
    someRuns();
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs");
    await row(11);
    await user.keyboard("jxjx");
    const bar = await screen.findByRole("toolbar", { name: "Selected runs" });
    expect(bar).toHaveTextContent("2 selected");
    await user.click(within(bar).getByRole("button", { name: "Cancel" }));
    const dialog = await screen.findByRole("dialog", { name: "Cancel 2 runs" });
    expect(dialog).toHaveTextContent("11, 12");
    expect(service.posted).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Cancel 2 runs" }));
    await waitFor(() =>
      expect(service.posted.map(({ path, body }) => ({ path, body }))).toEqual([
        { path: "/api/v1/runs/11/cancel", body: { requester: "ann" } },
        { path: "/api/v1/runs/12/cancel", body: { requester: "ann" } },
      ]),
    );
    await waitFor(async () => expect(await row(11)).toHaveTextContent("Cancelling"));
    expect(screen.queryByRole("toolbar", { name: "Selected runs" })).not.toBeInTheDocument();
  });

  it("are rerun together; which were refused is said with the reason", async () => {
    someRuns();
    service.use(
      http.post("*/runs/10/rerun", () => problem(409, "Environment 12 is in maintenance")),
    );
    const { user } = open("/runs");
    await row(11);
    await user.keyboard("jxjjx");
    const bar = await screen.findByRole("toolbar", { name: "Selected runs" });
    await user.click(within(bar).getByRole("button", { name: "Rerun" }));
    const dialog = await screen.findByRole("dialog", { name: "Rerun 2 runs" });
    await user.click(within(dialog).getByRole("button", { name: "Rerun 2 runs" }));
    const told = await within(dialog).findByRole("status");
    expect(told).toHaveTextContent("1 run queued again. 1 run was refused");
    expect(told).toHaveTextContent(/10Environment 12 is in maintenance7f3a91c2/);
    service.reset();
    someRuns();
    await user.click(within(dialog).getByRole("button", { name: "Try these again" }));
    expect(await screen.findByText("1 run queued again")).toBeInTheDocument();
    expect(service.posted.map(({ path }) => path)).toEqual(["/api/v1/runs/10/rerun"]);
    expect(screen.queryByRole("toolbar", { name: "Selected runs" })).not.toBeInTheDocument();
  });

  it("say what they run: a template, or a path of one's own", async () => {
    service.runs = [
      aRunDetail({ id: 3, state: "running", template: "nightly-api", plans: [14, 31] }),
      aRunDetail({ id: 4, state: "running", targets: ["api/orders"] }),
    ];
    open("/runs");
    expect(await row(3)).toHaveTextContent(/nightly-api.*14.*31/);
    expect(await row(4)).toHaveTextContent("custom:api/orders");
  });

  it("tell short durations in words", async () => {
    service.runs = [
      aRunDetail({ id: 3, state: "finished", outcome: "passed", duration_ms: 340 }),
      aRunDetail({ id: 4, state: "finished", outcome: "passed", duration_ms: 4 }),
    ];
    open("/runs");
    expect(await row(3)).toHaveTextContent(/0\.3 s$/);
    expect(await row(4)).toHaveTextContent(/< 0\.1 s$/);
  });

  it("keep their places while keys choose among them", async () => {
    someRuns();
    const { user } = open("/runs");
    await row(11);
    await live();
    await user.keyboard("j");
    service.tell("run", aRunDetail({ id: 20, state: "running" }));
    expect(await screen.findByRole("button", { name: "1 new run" })).toBeInTheDocument();
    await user.keyboard("{Escape}");
    expect(await row(20)).toBeInTheDocument();
  });

  it("open by the keyboard", async () => {
    someRuns();
    const { user, address } = open("/runs");
    await row(11);
    await user.keyboard("j");
    await waitFor(() => expect(document.activeElement).toHaveAttribute("data-run", "11"));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toBe("/runs/11"));
  });

  it("have views, also of one's own", async () => {
    someRuns();
    const { user, address } = open("/runs?user=mia");
    await user.click(await screen.findByRole("button", { name: "Save view" }));
    await user.type(await screen.findByLabelText("Name of the view"), "Of Mia{enter}");
    const views = screen.getByRole("navigation", { name: "Views" });
    await user.click(within(views).getByRole("link", { name: "All" }));
    expect(await row(11)).toBeInTheDocument();
    await user.click(within(views).getByRole("link", { name: "Of Mia" }));
    await waitFor(() => expect(address()).toBe("/runs?user=mia"));
  });

  it("stand beside how busy the environments are", async () => {
    service.environments = [
      anEnvironment({
        id: 1,
        state: "busy",
        holder: {
          run_id: 11,
          person: null,
          since: "2026-03-09T12:00:00Z",
          until: null,
          reason: null,
        },
        queue: { length: 2, runs: [12, 13] },
      }),
      anEnvironment({ id: 2 }),
    ];
    open("/runs");
    expect(await screen.findByText("1 running, 2 queued")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Environments at a glance" })).toHaveTextContent(
      "1 busy1 free",
    );
  });
});

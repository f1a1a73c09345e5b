import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { open } from "~/testing/render";
import { anArtifact } from "~/testing/results";
import { aRunDetail, someProgress } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const { results } = service;

beforeEach(() => {
  service.runs = [aRunDetail({ id: 7, state: "finished", outcome: "failed" })];
});

const list = () => screen.findByRole("list", { name: "Artifacts" });

describe("what the tests of a run left", () => {
  it("is listed with its size, shown in the pane, and saved", async () => {
    service.artifacts = [
      anArtifact({ name: "report.txt", size: 2048 }),
      anArtifact({ name: "screens/check out.png", media_type: "image/png", size: 70_000 }),
      anArtifact({ name: "trace.zip", media_type: "application/octet-stream" }),
    ];
    results.texts.set("report.txt", "first line\n\u001b[31mred line\u001b[0m\n");
    const { user, address } = open("/runs/7");
    await user.click(await screen.findByRole("button", { name: "Artifacts" }));
    const found = await list();
    expect(found).toHaveTextContent(/report.txt.*2\.0 KiB/);
    expect(await screen.findByText("red line")).toHaveClass("ansi-1");

    await user.click(within(found).getByRole("button", { name: /check out\.png/ }));
    const picture = await screen.findByRole("img", { name: "screens/check out.png" });
    expect(picture.getAttribute("src")).toMatch(
      /^\/api\/v1\/runs\/7\/artifacts\/screens\/check%20out\.png/,
    );
    expect(address()).toMatch(/tab=artifacts/);
    expect(address()).toMatch(/file=screens\/check/);

    await user.click(within(found).getByRole("button", { name: /trace\.zip/ }));
    expect(await screen.findByText("This kind of file is not shown")).toBeInTheDocument();
    const save = within(found).getByRole("link", { name: "Download trace.zip" });
    expect(save).toHaveAttribute("href", "/api/v1/runs/7/artifacts/trace.zip");
    expect(save).toHaveAttribute("download", "trace.zip");

    await user.type(screen.getByRole("textbox", { name: "Filter artifacts" }), "report");
    await waitFor(() =>
      expect(within(found).queryByRole("button", { name: /trace/ })).not.toBeInTheDocument(),
    );
  });

  it("is nothing at first, which says how a test leaves something", async () => {
    open("/runs/7?tab=artifacts");
    expect(await screen.findByText("The tests left no artifacts")).toBeInTheDocument();
    expect(screen.getByText(/os\.environ\["PROCTOR_ARTIFACTS"\]/)).toBeInTheDocument();
  });

  it("grows while the run goes on", async () => {
    service.runs = [aRunDetail({ id: 7, state: "running" })];
    open("/runs/7?tab=artifacts");
    expect(await screen.findByText("No artifacts yet")).toBeInTheDocument();
    await screen.findAllByText("Live");
    service.artifacts = [anArtifact({ name: "page.html", media_type: "text/plain" })];
    service.change(7, { progress: someProgress({ collected: 2, passed: 1 }) });
    expect(await within(await list()).findByText(/page.html/)).toBeInTheDocument();
  });

  it("of a text without end is its beginning", async () => {
    service.artifacts = [anArtifact({ size: 900_000 })];
    results.texts.set("report.txt", `${"a long line ".repeat(200)}\n`.repeat(400));
    open("/runs/7?tab=artifacts");
    expect(await screen.findByText(/^The first \d+ lines of 879 KiB/)).toBeInTheDocument();
  });

  it("that cannot be read says why", async () => {
    service.artifacts = [anArtifact()];
    service.use(http.get("*/runs/7/artifacts/*", () => problem(404, "run 7 has no artifact")));
    open("/runs/7?tab=artifacts");
    expect(await screen.findByText("run 7 has no artifact")).toBeInTheDocument();
  });
});

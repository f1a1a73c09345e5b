import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FileChange } from "~/api/types";
import { open } from "~/testing/render";
import { allReady } from "~/testing/samples";
import { service } from "~/testing/service";

function aChange(facts: Partial<FileChange>): FileChange {
  return {
    id: 1,
    kind: "uploaded",
    path: "api/test_a.py",
    sha256: null,
    size: null,
    replaced_sha256: null,
    moved_from: null,
    changed_by: "ann",
    changed_at: "2026-03-01T10:00:00.000Z",
    ...facts,
  };
}

const checks = () => screen.findByRole("list", { name: "Checks" });

describe("what operators look at", () => {
  it("says what the server lacks, and looks again when asked", async () => {
    const full = { name: "data_disk", ok: false, detail: "has 2 MiB left; make room on it" };
    service.readiness = { ...allReady(), ready: false, checks: [full] };
    const { user } = open("/admin");
    expect(await checks()).toHaveTextContent("Data disk");
    expect(await checks()).toHaveTextContent("has 2 MiB left; make room on it");
    service.readiness = allReady();
    await user.click(screen.getByRole("button", { name: "Check again" }));
    await waitFor(async () => expect(await checks()).not.toHaveTextContent("2 MiB"));
    expect(within(await checks()).getAllByText("is there")).toHaveLength(5);
  });

  it("tells who changed which file, page by page, and what changes meanwhile", async () => {
    service.changes = Array.from({ length: 60 }, (_, at) =>
      aChange({ id: 60 - at, path: `api/test_${at}.py` }),
    );
    service.changes[1] = aChange({ id: 59, kind: "deleted", path: "gone.py", changed_by: null });
    const { user } = open("/admin");
    const table = await screen.findByRole("list", { name: "Changes of test files" });
    const first = within(table).getByRole("link", { name: "api/test_0.py" });
    expect(first).toHaveAttribute("href", "/tests?path=api/test_0.py");
    const gone = within(table).getByText("nobody named").closest("li") as HTMLElement;
    expect(gone).toHaveTextContent("deletedgone.py");
    expect(within(gone).queryByRole("link")).not.toBeInTheDocument();
    expect(within(table).queryByText(/test_59/)).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Older" }));
    expect(await within(table).findByRole("link", { name: "api/test_59.py" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Older" })).not.toBeInTheDocument();

    service.changes = [aChange({ id: 61, path: "api/test_new.py" }), ...service.changes];
    await waitFor(() => expect(service.streaming).toBe(true));
    service.tell("tests", { path: "api", below: false });
    expect(await within(table).findByRole("link", { name: "api/test_new.py" })).toBeInTheDocument();
  });

  it("shows the limits as they are set", async () => {
    open("/admin");
    expect(await screen.findByText("upload_bytes")).toBeInTheDocument();
    expect(screen.getByText("32 MiB")).toBeInTheDocument();
    expect(
      screen.getByText("Nobody has uploaded, moved or deleted a file here yet."),
    ).toBeVisible();
  });
});

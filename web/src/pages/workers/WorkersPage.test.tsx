import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Worker } from "~/api/types";
import { open } from "~/testing/render";
import { service } from "~/testing/service";

function aWorker(facts: Partial<Worker>): Worker {
  return {
    id: 1,
    name: "bench-1",
    version: "0.1.0",
    labels: [],
    environments: [],
    slots: 4,
    runs: [],
    state: "active",
    isolation_rung: 3,
    started_at: "2026-03-01T10:00:00.000Z",
    last_seen_at: "2026-03-01T10:00:00.000Z",
    ...facts,
  };
}

const row = (name: RegExp) => screen.findByRole("row", { name });

describe("workers", () => {
  it("say where they are, what they have, and how far runs are kept apart there", async () => {
    service.workers = [
      aWorker({ runs: [12, 14], labels: ["rack-7"], environments: ["gpu", "7"] }),
      aWorker({ id: 2, name: "bench-2", state: "silent", isolation_rung: null }),
    ];
    open("/workers");
    const first = await row(/bench-1/);
    expect(within(first).getByText("Active")).toBeInTheDocument();
    expect(first).toHaveTextContent("2 of 4");
    expect(within(first).getByRole("link", { name: "Run 14" })).toHaveAttribute("href", "/runs/14");
    expect(first).toHaveTextContent("rack-7");
    expect(first).toHaveTextContent("gpu, 7");
    expect(first).toHaveTextContent("Rung 3");
    const second = await row(/bench-2/);
    expect(second).toHaveTextContent("Silent");
    expect(second).toHaveTextContent("not known yet");
    expect(within(second).queryByRole("button")).not.toBeInTheDocument();
    expect(screen.getByText("2 of 4 slots taken")).toBeInTheDocument();
  });

  it("finish what they have when they are drained", async () => {
    service.workers = [aWorker({ runs: [12] })];
    const { user } = open("/workers");
    await user.click(await screen.findByRole("button", { name: "Drain worker 1" }));
    expect(await screen.findByText("Worker 1 takes nothing more")).toBeInTheDocument();
    await waitFor(async () => expect(await row(/bench-1/)).toHaveTextContent("Draining"));
    expect(screen.queryByRole("button", { name: "Drain worker 1" })).not.toBeInTheDocument();
  });

  it("are asked for when there is none", async () => {
    open("/workers");
    expect(await screen.findByText("No worker is there")).toBeInTheDocument();
    expect(screen.getByText("proctor worker")).toBeInTheDocument();
  });
});

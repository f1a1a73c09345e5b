import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { aRunDetail } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const ready = () => screen.findByRole("heading", { level: 1, name: "Runs" });

describe("around every page", () => {
  it("is a way to each page by keys", async () => {
    const { user, address } = open("/runs");
    await ready();
    await user.keyboard("ge");
    await waitFor(() => expect(address()).toBe("/environments"));
    await user.keyboard("gw");
    await waitFor(() => expect(address()).toBe("/workers"));
    await user.keyboard("gr");
    await waitFor(() => expect(address()).toBe("/runs"));
    await user.keyboard("c");
    await waitFor(() => expect(address()).toBe("/runs/new"));
  });

  it("keys mean nothing while somebody types", async () => {
    const { user, address } = open("/runs");
    await ready();
    await user.type(screen.getByRole("textbox", { name: "Search runs" }), "cge?");
    expect(address()).toBe("/runs");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  it("are all shortcuts behind a question mark", async () => {
    const { user } = open("/runs");
    await ready();
    await user.keyboard("?");
    expect(await screen.findByText("Keyboard shortcuts")).toBeInTheDocument();
    expect(screen.getByText("Follow the log")).toBeInTheDocument();
    const everywhere = screen.getByRole("heading", { name: "Everywhere" }).closest("section");
    expect(everywhere).toHaveTextContent("gwWorkers");
  });

  it("goes the search to a run by its number", async () => {
    service.runs = [aRunDetail({ id: 42, state: "running" })];
    const { user, address } = open("/runs");
    await ready();
    await user.keyboard("{Control>}k{/Control}");
    const search = await screen.findByPlaceholderText("Run number, page, environment or command");
    await user.type(search, "42");
    await user.click(await screen.findByText("Open run 42"));
    await waitFor(() => expect(address()).toBe("/runs/42"));
  });

  it("has the search what can be done with the run that is open", async () => {
    service.runs = [aRunDetail({ id: 42, state: "running" })];
    const { user, address } = open("/runs/42");
    await screen.findByRole("region", { name: "Facts" });
    await user.keyboard("{Control>}k{/Control}");
    await user.click(await screen.findByText("Cancel run 42 of ann"));
    await waitFor(() => expect(service.posted[0]?.path).toBe("/api/v1/runs/42/cancel"));
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByText("Rerun run 42")).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByText("Cancel run 42 of ann")).toBeNull());
    await user.click(screen.getByText("Rerun run 42"));
    await waitFor(() => expect(address()).toBe("/runs/600"));
  });

  it("the theme is chosen and kept", async () => {
    const { user } = open("/runs");
    await user.click(await screen.findByRole("button", { name: "Theme: as the system" }));
    await user.click(screen.getByRole("button", { name: "Theme: light" }));
    expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark");
    expect(localStorage.getItem(KEYS.theme)).toBe("dark");
  });

  it("a person says once who they are", async () => {
    const { user } = open("/runs");
    await user.click(await screen.findByRole("button", { name: "Say who you are" }));
    await user.type(await screen.findByLabelText("Your user name"), "ann{Enter}");
    expect(await screen.findByRole("button", { name: /You are ann/ })).toBeInTheDocument();
    expect(await screen.findByRole("link", { name: "Mine" })).toBeInTheDocument();
  });

  it("an address without a page says so", async () => {
    open("/nowhere");
    expect(await screen.findByText("There is no page here")).toBeInTheDocument();
  });

  it("the page asks every 15 seconds when the stream is blocked, and says so", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      service.use(http.get("*/api/v1/stream", () => problem(502, "A proxy blocks it")));
      open("/runs");
      expect(await screen.findByText("No run yet")).toBeInTheDocument();
      await vi.waitFor(() => expect(screen.getAllByText("Reconnecting").length).toBeGreaterThan(0));
      service.runs = [aRunDetail({ id: 43, state: "running" })];
      await vi.advanceTimersByTimeAsync(16_000);
      expect(await screen.findByRole("row", { name: /Run 43,/ })).toBeInTheDocument();
      expect(screen.getAllByText("Polling").length).toBeGreaterThan(0);
      expect(screen.getByText("every 15 s")).toBeInTheDocument();
    } finally {
      vi.useRealTimers();
    }
  });

  it("stands how fresh the page is", async () => {
    open("/runs");
    const footer = screen.findAllByRole("status");
    await waitFor(async () =>
      expect((await footer).some((mark) => within(mark).queryByText("Live"))).toBe(true),
    );
  });
});

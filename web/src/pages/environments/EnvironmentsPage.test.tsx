import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "~/testing/render";
import { anEnvironment, aRunDetail, someProgress } from "~/testing/samples";
import { service } from "~/testing/service";

const tile = (id: number) => screen.findByRole("button", { name: new RegExp(`^${id} `) });

function aBusyOne() {
  service.environments = [
    anEnvironment({ id: 1, name: "berlin" }),
    anEnvironment({
      id: 12,
      name: "oslo",
      labels: ["staging"],
      state: "busy",
      holder: { run_id: 7, person: null, since: "2026-03-09T12:00:00Z", until: null, reason: null },
      queue: { length: 1, runs: [8] },
    }),
  ];
  service.runs = [
    aRunDetail({
      id: 7,
      requester: "mia",
      state: "running",
      progress: someProgress({ collected: 4, passed: 1 }),
    }),
    aRunDetail({ id: 8, position: 1 }),
  ];
}

describe("the environments", () => {
  it("show who has them, and one in detail by a click", async () => {
    aBusyOne();
    const { user, address } = open("/environments");
    await waitFor(async () => expect(await tile(12)).toHaveTextContent(/mia/));
    await user.click(await tile(12));
    const inspector = await screen.findByRole("complementary", { name: "Environment 12" });
    expect(await within(inspector).findByText("1 / 4")).toBeInTheDocument();
    expect(within(inspector).getByText("1 waiting")).toBeInTheDocument();
    expect(address()).toBe("/environments?environment=12");
    await user.click(within(inspector).getByRole("link", { name: "Run here" }));
    await waitFor(() => expect(address()).toBe("/runs/new?environment=12"));
    expect(await screen.findByRole("radio", { name: /^12 oslo/ })).toBeChecked();
  });

  it("change when the stream tells", async () => {
    aBusyOne();
    open("/environments");
    await tile(1);
    await waitFor(() => expect(service.streaming).toBe(true));
    service.tell(
      "environment",
      anEnvironment({ id: 1, name: "berlin", state: "maintenance", maintenance: "disk full" }),
    );
    expect(await screen.findByText("disk full")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Maintenance1" })).toBeInTheDocument();
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { KEYS } from "~/platform/remembered";
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

  it("are reserved for a person, and given back", async () => {
    localStorage.setItem(KEYS.user, "ann");
    service.environments = [anEnvironment({ id: 1, name: "berlin" })];
    const { user } = open("/environments?environment=1");
    await user.click(await screen.findByRole("button", { name: "Reserve" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.click(dialog.getByRole("button", { name: "2 h" }));
    const begun = Date.now();
    await user.type(dialog.getByLabelText("Reason"), "a leak");
    await user.click(dialog.getByRole("button", { name: "Reserve 1" }));
    const inspector = within(await screen.findByRole("complementary", { name: "Environment 1" }));
    expect(await inspector.findByText("a leak")).toBeInTheDocument();
    const body = service.posted[0]?.body as { person: string; until: string; reason: string };
    expect(body).toEqual({ person: "ann", until: body.until, reason: "a leak" });
    expect(Date.parse(body.until) - begun).toBeGreaterThan(119 * 60_000);
    expect(await tile(1)).toHaveTextContent("ann");
    await user.click(inspector.getByRole("button", { name: "Release" }));
    expect(await inspector.findByRole("button", { name: "Reserve" })).toBeInTheDocument();
  });

  it("are reserved after the present run while somebody's run is running", async () => {
    localStorage.setItem(KEYS.user, "ann");
    aBusyOne();
    const { user } = open("/environments?environment=12");
    await user.click(await screen.findByRole("button", { name: "Reserve" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Reason"), "a leak");
    await user.click(dialog.getByRole("button", { name: "Reserve 12" }));
    expect(await screen.findByText("Reserved after the present run")).toBeInTheDocument();
    expect(service.posted[0]?.body).toMatchObject({ after_present_run: true });
  });

  it("are closed for maintenance with a reason, and opened again", async () => {
    service.environments = [anEnvironment({ id: 1, name: "berlin" })];
    const { user } = open("/environments?environment=1");
    await user.click(await screen.findByRole("button", { name: "More for environment 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Start maintenance" }));
    await user.type(await screen.findByLabelText("Reason"), "disk full{Enter}");
    await waitFor(async () => expect(await tile(1)).toHaveTextContent("disk full"));
    await user.click(await screen.findByRole("button", { name: "More for environment 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "End maintenance" }));
    await waitFor(async () => expect(await tile(1)).not.toHaveTextContent("disk full"));
  });

  it("are changed, and secrets are written but never read back", async () => {
    service.environments = [
      anEnvironment({ id: 1, name: "berlin", variables: { URL: "http://a", TOKEN: null } }),
    ];
    const { user } = open("/environments?environment=1");
    await user.click(await screen.findByRole("button", { name: "More for environment 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Edit" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByLabelText("Value of TOKEN")).toHaveValue("");
    await user.clear(dialog.getByLabelText("Name"));
    await user.type(dialog.getByLabelText("Name"), "oslo");
    await user.type(dialog.getByLabelText("Labels"), "staging{Enter}");
    await user.click(dialog.getByRole("button", { name: "Add variable" }));
    await user.type(dialog.getByLabelText("Name of variable 3"), "KEY");
    await user.type(dialog.getByLabelText("Value of KEY"), "hush");
    await user.click(dialog.getByRole("checkbox", { name: "KEY is secret" }));
    await user.click(dialog.getByRole("checkbox", { name: /^Tests have the network/ }));
    await user.click(dialog.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("KEY=•••••• secret")).toBeInTheDocument();
    expect(screen.getByText(/^Tests reach only themselves/)).toBeInTheDocument();
    expect(service.posted[0]?.body).toEqual({
      name: "oslo",
      description: "",
      labels: ["staging"],
      network: "none",
      variables: { URL: "http://a", TOKEN: null, KEY: { value: "hush", secret: true } },
    });
  });

  it("are made and deleted", async () => {
    service.environments = [anEnvironment({ id: 1, name: "berlin" })];
    const { user, address } = open("/environments");
    await tile(1);
    await user.click(screen.getByRole("button", { name: "New environment" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Number"), "1");
    await user.type(dialog.getByLabelText("Name"), "oslo");
    await user.click(dialog.getByRole("button", { name: "Create environment" }));
    expect(await dialog.findByText("environment 1 is there already")).toBeInTheDocument();
    await user.type(dialog.getByLabelText("Number"), "01");
    await user.click(dialog.getByRole("button", { name: "Create environment" }));
    await waitFor(() => expect(address()).toBe("/environments?environment=101"));
    await user.click(await screen.findByRole("button", { name: "More for environment 101" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete environment" }));
    await waitFor(() => expect(address()).toBe("/environments"));
    await waitFor(() => expect(screen.queryByRole("button", { name: /^101 / })).toBeNull());
  });

  it("stand on a wall without anything around them", async () => {
    aBusyOne();
    const { user, address } = open("/environments");
    await tile(12);
    await user.click(screen.getByRole("button", { name: "Wall" }));
    await waitFor(() => expect(screen.queryByRole("navigation", { name: "Main" })).toBeNull());
    expect(address()).toBe("/environments?wall=1");
    expect(await tile(12)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Leave the wall" }));
    expect((await screen.findAllByRole("navigation", { name: "Main" })).length).toBeGreaterThan(0);
  });
});

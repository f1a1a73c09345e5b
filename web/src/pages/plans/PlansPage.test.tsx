import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { open } from "~/testing/render";
import { aTemplate } from "~/testing/samples";
import { service } from "~/testing/service";

const item = (name: string) => screen.findByRole("treeitem", { name });
const entry = (name: RegExp) => screen.findByRole("button", { name });

beforeEach(() => {
  service.files = ["api/test_login.py", "soak/test_long.py"];
  service.plans = [{ id: 1, name: "payments", targets: ["api"] }];
});

describe("test plans", () => {
  it("are made with the tree of tests", async () => {
    const { user, address } = open("/plans");
    await entry(/payments/);
    await user.click(screen.getByRole("button", { name: "New plan" }));
    const save = await screen.findByRole("button", { name: "Save plan" });
    expect(save).toBeDisabled();
    await user.type(screen.getByLabelText("Name"), "soak");
    await user.click(await item("soak"));
    const twist = (await item("api")).querySelector("svg") as unknown as HTMLElement;
    await user.click(twist);
    await item("test_login.py");
    await user.click(save);
    await waitFor(() => expect(address()).toBe("/plans?plan=2"));
    // What was opened to choose from stays open.
    expect(screen.getByRole("treeitem", { name: "test_login.py" })).toBeInTheDocument();
    expect(service.plans[1]).toEqual({ id: 2, name: "soak", targets: ["soak"] });
    expect(await screen.findByText("Plan 2 soak is saved")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "New plan" }));
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveValue(""));
  });

  it("are changed, and run", async () => {
    const { user, address } = open("/plans?plan=1");
    expect(await item("api")).toHaveAttribute("aria-checked", "true");
    await user.click(await item("soak"));
    expect(screen.getByRole("button", { name: "Run this" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(service.plans[0]?.targets).toEqual(["api", "soak"]));
    await waitFor(() => expect(screen.getByRole("button", { name: "Run this" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Run this" }));
    await waitFor(() => expect(address()).toBe("/runs/new"));
    expect(await screen.findByText("1 payments")).toBeInTheDocument();
  });

  it("are found and opened by keys alone", async () => {
    service.plans.push({ id: 2, name: "soak", targets: ["soak"] });
    service.plans.push({ id: 3, name: "payouts", targets: ["api"] });
    const { user, address } = open("/plans");
    await entry(/payments/);
    await user.keyboard("/");
    expect(screen.getByLabelText("Filter by name")).toHaveFocus();
    await user.keyboard("pay{ArrowDown}");
    expect(await entry(/payments/)).toHaveFocus();
    await user.keyboard("{ArrowDown}");
    expect(await entry(/payouts/)).toHaveFocus();
    // The list is one stop on the way through the page.
    expect(await entry(/payments/)).toHaveAttribute("tabindex", "-1");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toBe("/plans?plan=3"));
    const list = within(screen.getByRole("region", { name: "Plans" }));
    await user.click(list.getByLabelText("Filter by name"));
    await user.keyboard("{Escape}soak{Enter}");
    await waitFor(() => expect(address()).toBe("/plans?plan=2"));
  });

  it("say at the name that it is taken", async () => {
    const { user } = open("/plans?plan=new");
    await user.type(await screen.findByLabelText("Name"), "payments");
    await user.click(await item("soak"));
    await user.click(screen.getByRole("button", { name: "Save plan" }));
    expect(await screen.findByText(/test plan named payments already/)).toBeInTheDocument();
  });

  it("are deleted after a question, unless a template uses them", async () => {
    service.templates = [aTemplate({ plans: [1] })];
    const { user, address } = open("/plans?plan=1");
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Delete plan" }));
    expect(await within(dialog).findByText(/template regression uses/)).toBeInTheDocument();
    service.templates = [];
    await user.click(within(dialog).getByRole("button", { name: "Delete plan" }));
    await waitFor(() => expect(address()).toBe("/plans"));
    expect(await screen.findByText("No plan yet")).toBeInTheDocument();
  });
});

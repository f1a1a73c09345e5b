import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { aTemplate } from "~/testing/samples";
import { http, service } from "~/testing/service";

const tile = (id: number) => screen.findByRole("radio", { name: new RegExp(`^${id} `) });
const submit = () => screen.findByRole("button", { name: /^(Run now|Queue run)/ });
const preview = () => screen.getByRole("region", { name: "Preview" });

beforeEach(() => {
  localStorage.setItem(KEYS.user, "ann");
  service.files = ["api/test_login.py", "soak/test_long.py"];
  service.plans = [
    { id: 14, name: "nightly", targets: ["soak"] },
    { id: 31, name: "payments", targets: ["api", "soak"] },
  ];
  service.templates = [
    aTemplate({
      targets: ["api/test_login.py"],
      plans: [14],
      parameters: [
        { name: "INTERFACE", choices: ["REST", "SOAP"], default: "REST", description: "" },
        { name: "CURRENCY", choices: ["EUR", "JPY", "GBP", "CHF"], default: null, description: "" },
      ],
      variables: { API_TIMEOUT_S: "30" },
      options: { timeout_s: 1800 },
    }),
  ];
});

describe("a new run with a template", () => {
  it("is prefilled, asks for its choices, and marks what differs", async () => {
    const { user, address } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(screen.getByRole("combobox", { name: /^Template/ }));
    await user.click(await screen.findByRole("option", { name: "regression" }));
    expect(await screen.findByText(/1 target of the template/)).toBeInTheDocument();
    expect(screen.getByLabelText("Time limit")).toHaveAttribute("placeholder", "30 min");
    await user.click(await submit());
    expect(await screen.findByText("Choose CURRENCY")).toBeInTheDocument();
    expect(service.posted).toEqual([]);

    await user.click(screen.getByRole("combobox", { name: "CURRENCY" }));
    await user.click(await screen.findByRole("option", { name: "JPY" }));
    await user.click(screen.getByText("SOAP"));
    expect(screen.getByText("was REST")).toBeInTheDocument();
    const variable = screen.getByLabelText("Value of API_TIMEOUT_S");
    await user.clear(variable);
    await user.type(variable, "60");
    expect(screen.getByText("was 30")).toBeInTheDocument();
    await waitFor(() => expect(preview()).toHaveTextContent(/--param=CURRENCY=JPY/));

    await user.click(await submit());
    await waitFor(() => expect(address()).toBe("/runs/500"));
    expect(service.posted[0]?.body).toEqual({
      requester: "ann",
      environment: 12,
      template: "regression",
      parameters: { CURRENCY: "JPY", INTERFACE: "SOAP" },
      targets: [],
      variables: { API_TIMEOUT_S: "60" },
    });
  });

  it("takes test plans by number or name", async () => {
    const { user, address } = open("/runs/new");
    await user.click(await tile(12));
    const field = await screen.findByRole("textbox", { name: "Test plans" });
    await user.type(field, "31");
    await user.click(await screen.findByRole("option", { name: /31payments/ }));
    await user.type(field, "nigh");
    await user.click(await screen.findByRole("option", { name: /14nightly/ }));
    expect(preview()).toHaveTextContent("2 directories");
    await user.click(screen.getByRole("button", { name: "Leave out plan 14" }));
    await user.click(await submit());
    await waitFor(() => expect(address()).toBe("/runs/500"));
    expect(service.posted[0]?.body).toEqual({
      requester: "ann",
      environment: 12,
      plans: [31],
      targets: [],
    });
  });

  it("becomes a template, and replaces one only when that is wanted", async () => {
    const { user } = open("/runs/new");
    const custom = await screen.findByLabelText("Custom path");
    await user.click(custom);
    await user.paste("soak");
    await user.type(screen.getByLabelText("Time limit"), "5 min");
    await user.click(screen.getByRole("button", { name: "Save as template" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByLabelText("Name"), "regression");
    await user.click(within(dialog).getByRole("button", { name: "Save template" }));
    expect(await within(dialog).findByText(/of this name already/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Replace it" }));
    expect(await screen.findByText("Template regression is saved")).toBeInTheDocument();
    expect(service.templates).toEqual([
      aTemplate({ targets: ["soak"], options: { timeout_s: 300 } }),
    ]);
    expect(await screen.findByText(/1 target of the template/)).toBeInTheDocument();
    expect(custom).toHaveValue("");
  });

  it("shows the exact command and how many tests that is", async () => {
    const command = ["python", "-m", "pytest", "soak/test_long.py"];
    service.use(
      http.post("*/api/v1/runs/preview", () =>
        HttpResponse.json({ command, command_line: "", test_count: 332, estimated_start_at: null }),
      ),
    );
    const { user } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(screen.getByLabelText("Custom path"));
    await user.paste("soak");
    expect(await screen.findByText("332 tests")).toBeInTheDocument();
    expect(preview()).toHaveTextContent("python -m pytest soak/test_long.py");
  });
});

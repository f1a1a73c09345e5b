import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { open } from "~/testing/render";
import { aTemplate } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

beforeEach(() => {
  service.files = ["api/test_login.py", "soak/test_long.py"];
  service.plans = [{ id: 3, name: "payments", targets: ["api"] }];
});

describe("templates", () => {
  it("are made with tests, plans and options", async () => {
    service.settings.interpreters = ["3.13"];
    const { user, address } = open("/templates?create=1");
    await user.click(await screen.findByLabelText("Name"));
    await user.paste("nightly");
    await user.click(screen.getByPlaceholderText("none"));
    await user.paste("pay");
    await user.click(await screen.findByText("payments"));
    await user.click(await screen.findByTitle("soak"));
    await user.click(screen.getByLabelText("Time limit"));
    await user.paste("30 min");
    await user.click(screen.getByRole("combobox", { name: "Interpreter" }));
    await user.click(await screen.findByRole("option", { name: "3.13" }));
    await user.click(screen.getByRole("combobox", { name: "Network" }));
    await user.click(await screen.findByRole("option", { name: "none" }));
    await user.click(screen.getByText("Save template"));
    await waitFor(() => expect(address()).toBe("/templates?name=nightly"));
    const options = { timeout_s: 1800, interpreter: "3.13", network: "none" };
    expect(service.templates).toEqual([
      aTemplate({ name: "nightly", targets: ["soak"], plans: [3], options }),
    ]);
  });

  it("get choices and variables", async () => {
    service.templates = [aTemplate({ targets: ["api"] })];
    const { user } = open("/templates?name=regression");
    await user.click(await screen.findByRole("button", { name: "Add parameter" }));
    const row = within(screen.getByRole("region", { name: "Parameters" }));
    await user.click(row.getByLabelText("Name"));
    await user.paste("INTERFACE");
    await user.type(row.getByLabelText("Choices"), "REST{Enter}SOAP{Enter}");
    await user.click(row.getByRole("combobox", { name: "Default" }));
    await user.click(await screen.findByRole("option", { name: "SOAP" }));
    await user.click(screen.getByRole("button", { name: "Add variable" }));
    await user.click(screen.getByLabelText("Name of variable 1"));
    await user.paste("CURRENCY=EUR\nSTEP=2");
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    const choices = ["REST", "SOAP"];
    const parameters = [{ name: "INTERFACE", choices, default: "SOAP", description: "" }];
    const variables = { CURRENCY: "EUR", STEP: "2" };
    await waitFor(() =>
      expect(service.templates).toEqual([aTemplate({ targets: ["api"], parameters, variables })]),
    );
  });

  it("are renamed and run", async () => {
    service.templates = [aTemplate({ targets: ["api"] })];
    const { user, address } = open("/templates?name=regression");
    const name = await screen.findByLabelText("Name");
    await user.clear(name);
    await user.type(name, "smoke");
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(address()).toBe("/templates?name=smoke"));
    await user.click(await screen.findByRole("button", { name: "Run this" }));
    await waitFor(() => expect(address()).toBe("/runs/new"));
    expect(await screen.findByRole("combobox", { name: /^Template/ })).toHaveValue("smoke");
  });

  it("show what the service refuses at its field", async () => {
    service.templates = [
      aTemplate({ parameters: [{ name: "PATH", choices: ["a"], default: "a", description: "" }] }),
    ];
    service.use(
      http.put("*/api/v1/templates/:name", () =>
        problem(422, "1 mistake; nothing was stored", [
          { pointer: "/parameters/0/name", detail: "PATH changes how the interpreter is found" },
        ]),
      ),
    );
    const { user } = open("/templates?name=regression");
    await user.type(await screen.findByLabelText("Description", { selector: "textarea" }), "x");
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText(/PATH changes how/)).toBeInTheDocument();
  });

  it("are deleted after a question", async () => {
    service.templates = [aTemplate()];
    const { user, address } = open("/templates?name=regression");
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete template" }));
    await waitFor(() => expect(address()).toBe("/templates"));
    expect(service.templates).toEqual([]);
  });
});

import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { anEnvironment } from "~/testing/samples";
import { http, problem, service } from "~/testing/service";

const item = (name: string) =>
  screen.findByRole("treeitem", { name: (text) => text === name || text.startsWith(`${name} `) });
const tile = (id: number) => screen.findByRole("radio", { name: new RegExp(`^${id} `) });
const twist = (row: HTMLElement) => row.querySelector("svg") as unknown as HTMLElement;
const submit = () => screen.findByRole("button", { name: /^(Run now|Queue run)/ });

beforeEach(() => {
  service.files = [
    "api/orders/test_create.py",
    "api/orders/test_cancel.py",
    "api/test_login.py",
    "soak/test_long.py",
  ];
  service.cases.set("api/orders/test_create.py", ["test_total[EUR]", "test_total[JPY]"]);
});

describe("a new run", () => {
  it("is put together and asked for, in the name that is remembered", async () => {
    const { user, address } = open("/runs/new");
    await user.type(await screen.findByLabelText(/Requester/), "ann");
    await user.click(await tile(12));
    await user.click(await item("soak"));
    await user.click(await submit());
    await waitFor(() => expect(address()).toBe("/runs/500"));
    expect(service.posted.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: "/api/v1/runs", body: { requester: "ann", environment: 12, targets: ["soak"] } },
    ]);
    expect(service.posted[0]?.key).toMatch(/.{16,}/);
    expect(localStorage.getItem(KEYS.user)).toBe("ann");
  });

  it("is opened down to single test cases, and checked in part above them", async () => {
    const { user } = open("/runs/new");
    await user.click(twist(await item("api")));
    await user.click(twist(await item("orders")));
    await user.click(twist(await item("test_create.py")));
    await user.click(await item("test_total[JPY]"));
    expect(await item("test_total[JPY]")).toHaveAttribute("aria-checked", "true");
    for (const name of ["test_create.py", "orders", "api"]) {
      expect(await item(name)).toHaveAttribute("aria-checked", "mixed");
    }
    await user.click(await item("test_total[EUR]"));
    expect(await item("test_create.py")).toHaveAttribute("aria-checked", "true");
    expect(screen.getByText("1 selected")).toBeInTheDocument();
  });

  it("takes the keyboard in the tree", async () => {
    const { user } = open("/runs/new");
    await item("api");
    screen.getByRole("tree", { name: "Tests" }).focus();
    await user.keyboard("{ArrowRight}");
    await item("orders");
    await user.keyboard("{ArrowDown} ");
    expect(await item("orders")).toHaveAttribute("aria-checked", "true");
    await user.keyboard("{ArrowLeft}");
    expect(screen.getByRole("tree")).toHaveAttribute(
      "aria-activedescendant",
      (await item("api")).id,
    );
  });

  it("finds files by name over the whole tree", async () => {
    const { user } = open("/runs/new");
    await item("api");
    await user.type(screen.getByRole("textbox", { name: "Filter by name" }), "cancel");
    await user.click(await item("test_cancel.py"));
    expect(screen.queryByRole("treeitem", { name: /soak/ })).not.toBeInTheDocument();
    await user.clear(screen.getByRole("textbox", { name: "Filter by name" }));
    await user.click(screen.getByRole("button", { name: "Selected only" }));
    expect(await item("test_cancel.py")).toHaveAttribute("aria-checked", "true");
    expect(screen.queryByRole("treeitem", { name: /soak/ })).not.toBeInTheDocument();
  });

  it("says what is missing, and asks for nothing", async () => {
    const { user } = open("/runs/new");
    await user.click(await submit());
    expect(await screen.findByText("Say who asks for the run")).toBeInTheDocument();
    expect(screen.getByText("Choose an environment")).toBeInTheDocument();
    expect(screen.getByText(/Select at least one test/)).toBeInTheDocument();
    expect(service.posted).toEqual([]);
    await user.type(screen.getByLabelText(/Requester/), "ann");
    expect(screen.queryByText("Say who asks for the run")).not.toBeInTheDocument();
  });

  it("shows what the service refuses at its field", async () => {
    service.use(
      http.post("*/api/v1/runs", () =>
        problem(422, "2 mistakes; nothing was stored", [
          { pointer: "/environment", detail: "environment 12 is gone" },
          { pointer: "/options/keyword", detail: "no expression: (" },
        ]),
      ),
    );
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(await item("soak"));
    await user.type(screen.getByLabelText("Keyword"), "(");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("environment 12 is gone")).toBeInTheDocument();
    expect(screen.getByText("no expression: (")).toBeInTheDocument();
    await user.type(screen.getByLabelText("Keyword"), "a)");
    expect(screen.queryByText("no expression: (")).not.toBeInTheDocument();
  });

  it("is asked for once, however often and impatiently", async () => {
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(await item("soak"));
    await user.dblClick(await submit());
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(service.posted).toHaveLength(1));
  });

  it("keeps its key when the answer was lost, so that asking again makes no second run", async () => {
    const seen: (string | null)[] = [];
    service.use(
      http.post("*/api/v1/runs", ({ request }) => {
        seen.push(request.headers.get("idempotency-key"));
        return problem(503, "The database does not answer");
      }),
    );
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(await item("soak"));
    await user.click(await submit());
    expect(await screen.findByText("The database does not answer")).toBeInTheDocument();
    await user.click(await submit());
    await waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[0]).toBe(seen[1]);
  });

  it("survives a reload as a draft, and can be thrown away", async () => {
    const first = open("/runs/new");
    await first.user.click(await item("soak"));
    await first.user.type(screen.getByLabelText("Time limit"), "5 min");
    cleanup();
    const { user } = open("/runs/new");
    expect(await screen.findByLabelText("Time limit")).toHaveValue("5 min");
    expect(await item("soak")).toHaveAttribute("aria-checked", "true");
    await user.click(within(screen.getByRole("banner")).getByRole("button", { name: "Clear" }));
    expect(localStorage.getItem(KEYS.draft)).toBeNull();
  });

  it("previews whose turn comes before, and where it could run at once", async () => {
    service.environments = [
      anEnvironment({
        id: 1,
        name: "berlin",
        state: "busy",
        holder: {
          run_id: 41,
          person: null,
          since: "2026-03-09T12:00:00Z",
          until: null,
          reason: null,
        },
        queue: { length: 1, runs: [42] },
      }),
      anEnvironment({ id: 2, name: "oslo" }),
    ];
    const { user } = open("/runs/new");
    await user.click(await tile(1));
    const preview = screen.getByRole("region", { name: "Preview" });
    expect(preview).toHaveTextContent(/2nd in line.*41 running42 waiting/);
    expect(await submit()).toHaveTextContent("Queue run");
    await user.click(within(preview).getByRole("button", { name: "Take 2 oslo" }));
    expect(preview).toHaveTextContent("starts at once");
    expect(await submit()).toHaveTextContent("Run now");
  });

  it("checks a path while it is typed", async () => {
    const { user } = open("/runs/new");
    const field = await screen.findByLabelText("Custom path");
    await user.click(field);
    await user.paste("api/orders/test_create.py");
    expect(await screen.findByText("2 tests", { selector: "span" })).toBeInTheDocument();
    await user.paste("::test_nothing");
    expect(await screen.findByText(/has no such test/)).toBeInTheDocument();
    await user.clear(field);
    await user.paste("../secret.py");
    expect(await screen.findByText("outside the tests root")).toBeInTheDocument();
  });

  it("takes options, variables of a pasted file, a list of tests and any free environment", async () => {
    localStorage.setItem(KEYS.user, "ann");
    const { user, address } = open("/runs/new");
    await user.click(await screen.findByText("Any free one"));
    await user.type(screen.getByLabelText("Time limit"), "30 min");
    await user.type(screen.getByLabelText("Stop after"), "3");
    await user.type(screen.getByLabelText("Note"), "before the release");
    await user.click(screen.getByRole("button", { name: "Add variable" }));
    await user.click(screen.getByLabelText("Name of variable 1"));
    await user.paste('# lab\nexport CURRENCY="EUR"\nAPI_TIMEOUT_S=30\n');
    await user.click(screen.getByRole("button", { name: "Paste list" }));
    await user.click(await screen.findByLabelText("Paths and nodeids, one in a line"));
    await user.paste("FAILED api/test_login.py::test_a[x y] - AssertionError: no\n\nsoak\n");
    await user.click(await screen.findByText("Select 2 targets"));
    await user.click(await submit());
    await waitFor(() => expect(address()).toBe("/runs/500"));
    expect(service.posted[0]?.body).toEqual({
      requester: "ann",
      environment: { any: { labels: [] } },
      targets: ["api/test_login.py::test_a[x y]", "soak"],
      variables: { CURRENCY: "EUR", API_TIMEOUT_S: "30" },
      options: { timeout_s: 1800, max_failures: 3 },
      note: "before the release",
    });
  });

  it("has an interpreter by name, and no network, where that is wanted", async () => {
    service.settings.interpreters = ["3.11", "3.13"];
    localStorage.setItem(KEYS.user, "ann");
    const { user } = open("/runs/new");
    await user.click(await tile(12));
    await user.click(await item("soak"));
    await user.click(await screen.findByRole("combobox", { name: "Interpreter" }));
    await user.click(await screen.findByRole("option", { name: "3.13" }));
    await user.click(screen.getByRole("combobox", { name: "Network" }));
    await user.click(await screen.findByRole("option", { name: "none" }));
    await user.click(await submit());
    await waitFor(() => expect(service.posted).toHaveLength(1));
    expect(service.posted[0]?.body).toMatchObject({
      options: { interpreter: "3.13", network: "none" },
    });
  });

  it("is as long as the server takes it, and says so while it is typed", async () => {
    service.settings.limits.requester_characters = 3;
    service.settings.limits.note_bytes = 5;
    const { user } = open("/runs/new");
    const requester = await screen.findByLabelText(/Requester/);
    await waitFor(() => expect(requester).toHaveAttribute("maxlength", "3"));
    await user.type(screen.getByLabelText("Note"), "fünf");
    expect(screen.queryByText(/the limit is/)).not.toBeInTheDocument();
    await user.type(screen.getByLabelText("Note"), "!");
    expect(await screen.findByText("6 bytes, the limit is 5")).toBeInTheDocument();
    expect(screen.queryByRole("combobox", { name: "Interpreter" })).not.toBeInTheDocument();
  });

  it("says what to do where the tests root is empty", async () => {
    service.files = [];
    open("/runs/new");
    expect(await screen.findByText("The tests root is empty")).toBeInTheDocument();
  });
});

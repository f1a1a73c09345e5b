import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "~/platform/remembered";
import { open } from "~/testing/render";
import { http, problem, service } from "~/testing/service";

const item = (name: string) =>
  screen.findByRole("treeitem", { name: (text) => text === name || text.startsWith(`${name} `) });
const aFile = (name: string, text: string) => new File([text], name);
const picker = () => screen.findByLabelText<HTMLInputElement>("Files to upload");
const row = async (name: string) => {
  const list = await screen.findByRole("list", { name: "Files to upload" });
  const found = await within(list).findByTitle(name);
  return found.closest("li") as HTMLElement;
};
const tells = (name: string, text: string) =>
  waitFor(async () => expect(await row(name)).toHaveTextContent(text));
const drop = (files: unknown[]) => {
  const items = files.map((file) => ({ kind: "file", getAsFile: () => file }));
  fireEvent.drop(screen.getByRole("heading", { name: "Tests" }), {
    dataTransfer: { files, items, types: ["Files"] },
  });
};

beforeEach(() => {
  localStorage.setItem(KEYS.user, "ann");
  service.files = ["api/orders/test_create.py", "api/conftest.py", "api/values.json"];
  service.texts.set("api/orders/test_create.py", "import api\n\ndef test_total():\n    pass\n");
  service.texts.set("api/values.json", "{}");
  service.cases.set("api/orders/test_create.py", ["test_zero", "test_total"]);
});

describe("the tests", () => {
  it("are opened down to a test case, with the text of its file", async () => {
    const { user, address } = open("/tests");
    await user.click(await item("api"));
    await user.click(await item("orders"));
    await user.click(await item("test_create.py"));
    const text = await screen.findByRole("region", { name: "Text of api/orders/test_create.py" });
    expect(text).toHaveTextContent(/1import api.*3def test_total\(\):/);
    expect(await screen.findByText("2 tests")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "test_total" }));
    expect(address()).toBe("/tests?path=api/orders/test_create.py::test_total");
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(address()).toBe("/runs/new"));
    expect(await screen.findByText("1 selected")).toBeInTheDocument();
  });

  it("say why a file cannot be collected", async () => {
    service.faults.set("api/orders/test_create.py", "ImportError: no module named 'shop'");
    open("/tests?path=api/orders/test_create.py");
    const why = await screen.findByRole("region", { name: "Why its tests cannot be collected" });
    expect(why).toHaveTextContent("no module named 'shop'");
  });

  it("are found by name, data files too", async () => {
    const { user, address } = open("/tests");
    await item("api");
    await user.type(screen.getByRole("textbox", { name: "Filter by name" }), "values");
    const found = await item("values.json");
    expect(found).not.toHaveAttribute("aria-expanded");
    await user.click(found);
    expect(address()).toBe("/tests?q=values&path=api/values.json");
    expect(await screen.findByRole("region", { name: /Text of/ })).toHaveTextContent("{}");
    expect(screen.queryByRole("button", { name: "Run" })).not.toBeInTheDocument();
  });

  it("change on the page when they change on the disk", async () => {
    open("/tests");
    await item("api");
    await waitFor(() => expect(service.streaming).toBe(true));
    service.files.push("soak/test_long.py");
    service.tell("tests", { path: "", below: false });
    expect(await item("soak")).toBeInTheDocument();
  });

  it("are moved, and refused in words where something is already", async () => {
    const { user, address } = open("/tests?path=api/values.json");
    await user.click(await screen.findByRole("button", { name: "Move" }));
    const field = await screen.findByLabelText(/New path/);
    await user.clear(field);
    await user.type(field, "api/conftest.py{Enter}");
    expect(await screen.findByText("api/conftest.py exists already")).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, "data/values.json{Enter}");
    await waitFor(() => expect(address()).toBe("/tests?path=data/values.json"));
    expect(service.files).toContain("data/values.json");
  });

  it("are deleted only after a question", async () => {
    const { user, address } = open("/tests?path=api/orders");
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Keep it" }));
    expect(service.files).toContain("api/orders/test_create.py");
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete directory" }));
    await waitFor(() => expect(address()).toBe("/tests"));
    expect(service.files).not.toContain("api/orders/test_create.py");
    expect(await screen.findByText("1 file deleted")).toBeInTheDocument();
  });
});

describe("an upload", () => {
  it("is looked at first, leaves out what is refused, stores the rest and runs it", async () => {
    const { user, address } = open("/tests?path=api/orders");
    await item("orders");
    await user.upload(await picker(), [
      aFile("test_new.py", "def test_new():\n    pass\n"),
      aFile("test_bad.py", "def test_bad(\n"),
      aFile("test_create.py", "import api\n\ndef test_total():\n    assert api\n"),
      aFile(".secret", "x"),
    ]);
    await tells("test_new.py", "New");
    await tells("test_bad.py", "line 1: '(' was never closed");
    await tells("test_create.py", "Refusedexists already");
    await tells(".secret", "begins with a dot");
    expect(screen.getByText("2 refused files stay on your computer")).toBeInTheDocument();
    expect(service.posted).toEqual([]);

    await user.click(screen.getByText("Replace"));
    const replaced = await row("test_create.py");
    expect(replaced).toHaveTextContent("Replaces");
    await user.click(within(replaced).getByRole("button", { name: "Difference" }));
    const difference = await screen.findByRole("region", { name: /^Difference of/ });
    expect(difference).toHaveTextContent("+1−1");
    expect(difference).toHaveTextContent("-4 pass+4 assert api");

    await user.click(screen.getByRole("button", { name: "Upload 3 files" }));
    const stored = await screen.findByRole("list", { name: "Stored files" });
    expect(stored).toHaveTextContent("line 1: '(' was never closeddef test_bad(");
    const names = ["test_new.py", "test_bad.py", "test_create.py"];
    expect(service.posted[0]?.body).toEqual({
      directory: "api/orders",
      on_conflict: "replace",
      by: "ann",
      names: names.map((name) => `api/orders/${name}`),
    });
    await user.click(screen.getByRole("button", { name: "Run these now" }));
    await waitFor(() => expect(address()).toBe("/runs/new"));
    expect(await screen.findByText("3 selected")).toBeInTheDocument();
  });

  it("takes a dropped folder into a new directory", async () => {
    const { user } = open("/tests");
    await item("api");
    const inFolder = (path: string, text: string) =>
      Object.assign(aFile(path.split("/").at(-1) ?? "", text), { path: `/${path}` });
    drop([inFolder("suite/test_a.py", "pass"), inFolder("suite/data/a.json", "{}")]);
    await tells("suite/data/a.json", "New");
    const into = screen.getByLabelText("Into");
    await user.type(into, "checkout/late");
    // Nothing is known yet of the new place, so nobody can press what would do nothing.
    expect(screen.getByRole("button", { name: "Upload 2 files" })).toBeDisabled();
    await screen.findByText("new directory");
    await tells("suite/test_a.py", "New");
    await user.click(
      await screen.findByRole("button", { name: "Leave out checkout/late/suite/data/a.json" }),
    );
    await user.click(await screen.findByRole("button", { name: "Upload 1 file" }));
    await screen.findByText("1 file stored");
    expect(service.files).toContain("checkout/late/suite/test_a.py");
    await user.click(screen.getByRole("button", { name: "Done" }));
    expect(await item("checkout")).toBeInTheDocument();
  });

  it("tells what went wrong, and looks at the files again", async () => {
    const { user } = open("/tests");
    await user.upload(await picker(), aFile("test_new.py", "pass"));
    await row("test_new.py");
    service.use(
      http.post("*/api/v1/tests/uploads", () => problem(507, "The disk of the server is full"), {
        once: true,
      }),
    );
    await user.click(await screen.findByRole("button", { name: "Upload 1 file" }));
    expect(await screen.findByText("The disk of the server is full")).toBeInTheDocument();
    await user.click(await screen.findByRole("button", { name: "Upload 1 file" }));
    expect(await screen.findByText("1 file stored")).toBeInTheDocument();
  });

  it("refuses the one file that is too large, not those beside it", async () => {
    service.use(
      http.post("*/api/v1/tests/uploads/preview", async ({ request }) => {
        const names = (await request.clone().formData()).getAll("files[] name");
        return names.includes("dump.sql")
          ? problem(413, "more than 32 MiB, the limit of an upload")
          : undefined;
      }),
    );
    const { user } = open("/tests");
    await user.upload(await picker(), [
      aFile("test_a.py", "pass"),
      aFile("dump.sql", "x"),
      aFile("test_b.py", "pass"),
    ]);
    await tells("dump.sql", "more than 32 MiB");
    await tells("test_b.py", "New");
    await user.click(await screen.findByRole("button", { name: "Upload 2 files" }));
    expect(await screen.findByText("2 files stored")).toBeInTheDocument();
  });
});

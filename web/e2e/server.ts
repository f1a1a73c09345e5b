import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as base, expect } from "@playwright/test";
import { sampleFiles } from "./samples";

const here = import.meta.dirname;
/** A worker whose server was killed may still be writing when its folder goes. */
const WITH_ALL = { recursive: true, force: true, maxRetries: 10 };

/** A server of its own with a tests root of its own, and the gates its tests wait at. */
export class Server {
  readonly address: string;
  /** The tests root. */
  readonly tests: string;
  readonly #gates: string;

  constructor(address: string, tests: string, gates: string) {
    this.address = address;
    this.tests = tests;
    this.#gates = gates;
  }

  /** Lets the tests through that wait at this gate. */
  open(gate: string): void {
    writeFileSync(join(this.#gates, gate), "");
  }

  /** Asks for a run without the page. */
  async submit(body: Record<string, unknown>): Promise<number> {
    return (await this.post("/runs", { requester: "ann", ...body })).id;
  }

  /** Makes something without the page. */
  async post(path: string, body: Record<string, unknown>): Promise<{ id: number }> {
    return this.#send("POST", path, body, 201);
  }

  /** Changes something without the page. */
  async patch(path: string, body: Record<string, unknown>): Promise<{ id: number }> {
    return this.#send("PATCH", path, body, 200);
  }

  async #send(method: string, path: string, body: Record<string, unknown>, expected: number) {
    const response = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status, await response.clone().text()).toBe(expected);
    return (await response.json()) as { id: number };
  }

  /** A run as it is now. */
  async find(id: number): Promise<{ state: string; outcome: string | null }> {
    const response = await fetch(`${this.address}/api/v1/runs/${id}`);
    return (await response.json()) as { state: string; outcome: string | null };
  }

  /** Waits until a run has ended, and says how. */
  async outcome(id: number): Promise<string> {
    let outcome: string | null = null;
    await expect
      .poll(
        async () => {
          ({ outcome } = await this.find(id));
          return outcome;
        },
        { timeout: 30_000, intervals: [100] },
      )
      .not.toBeNull();
    return outcome ?? "";
  }

  async count(): Promise<number> {
    const response = await fetch(`${this.address}/api/v1/runs?limit=200`);
    return ((await response.json()) as { items: unknown[] }).items.length;
  }
}

export const test = base.extend<{ user: string }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "proctor-web-"));
      const gates = mkdtempSync(join(tmpdir(), "proctor-gates-"));
      const tests = join(folder, "tests");
      sampleFiles(tests, gates);
      const child = start(join(folder, "data"), tests, 0, gates);
      try {
        await use(new Server(await ready(child), tests, gates));
      } finally {
        await stop(child);
        rmSync(folder, WITH_ALL);
        rmSync(gates, WITH_ALL);
      }
    },
    { scope: "worker" },
  ],
  user: ["ann", { option: true }],
  page: async ({ page, user }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
    });
    await page.addInitScript((name) => {
      // An empty page on the way from one to the next keeps nothing.
      if (!name || location.protocol === "about:") return;
      if (!localStorage.getItem("proctor.user")) localStorage.setItem("proctor.user", name);
    }, user);
    await use(page);
    expect(complaints, "errors of the page, and what its policy refused").toEqual([]);
  },
});

export { expect };

/** Runs have a folder for temporary files of their own; what they share with these specs is named. */
function start(data: string, tests: string, port = 0, shared?: string): ChildProcess {
  const python = resolve(here, process.env.PROCTOR_PYTHON ?? "../../.venv/bin/python");
  const listen = ["serve", "--listen", `127.0.0.1:${port}`, "--allowed-host", "proctor.test"];
  const where = ["--data", data, "--tests", tests, "--python", python];
  // The specs are about the page, also where the machine grants less.
  const apart = ["--isolation-min", "0", ...(shared ? ["--writable", shared] : [])];
  return spawn(binary(), [...listen, ...where, ...apart], { stdio: ["ignore", "pipe", "inherit"] });
}

function binary(): string {
  const web = resolve(here, "..");
  const given = process.env.PROCTOR_BIN;
  if (given) return resolve(web, given);
  const release = resolve(web, "../target/release/proctor");
  return existsSync(release) ? release : resolve(web, "../target/debug/proctor");
}

/** The address in the line that the server prints when it is ready. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = "";
    child.on("error", fail);
    child.on("exit", (code) =>
      fail(new Error(`the server ended with ${code} before it was ready`)),
    );
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      const address = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
      if (address) done(address);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.removeAllListeners("exit");
    child.on("exit", () => done());
    child.kill("SIGTERM");
  });
}

/** A server of one test, which may end it and start it again at the same address. */
export class Restartable {
  readonly #folder = mkdtempSync(join(tmpdir(), "proctor-web-"));
  #child: ChildProcess | null = null;
  #port = 0;

  async start(): Promise<Server> {
    const tests = join(this.#folder, "tests");
    if (!existsSync(tests)) sampleFiles(tests, this.#folder);
    this.#child = start(join(this.#folder, "data"), tests, this.#port);
    const address = await ready(this.#child);
    this.#port = Number(new URL(address).port);
    return new Server(address, tests, this.#folder);
  }

  /** Where the server keeps its database, while it is stopped. */
  get data(): string {
    return join(this.#folder, "data");
  }

  async stop(): Promise<void> {
    if (this.#child) await stop(this.#child);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, WITH_ALL);
  }
}

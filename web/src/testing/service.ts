import { HttpResponse, http, type RequestHandler } from "msw";
import { setupServer } from "msw/node";
import type {
  Artifact,
  Comment,
  Environment,
  FileChange,
  NewComment,
  Plan,
  Readiness,
  Run,
  RunDetail,
  Template,
  TestCase,
  UsageSeries,
  Worker,
} from "~/api/types";
import { environmentHandlers } from "./environments";
import { planHandlers } from "./plans";
import { Results } from "./results";
import { aComment, allReady, anEnvironment, aRunDetail, noUsage, someSettings } from "./samples";
import { testFileHandlers } from "./testFiles";

type Line = string;
type StreamController = ReadableStreamDefaultController<Uint8Array>;

/** What the stand-in for the REST service knows; each test changes it as it likes. */
export class Service {
  environments: Environment[] = [];
  runs: RunDetail[] = [];
  tests = new Map<number, TestCase[]>();
  logs = new Map<number, Line[]>();
  /** Line numbers in one answer of a search. */
  mostMatches = 10_000;
  /** What the tests of every run left. */
  artifacts: Artifact[] = [];
  /** What people say about every run. */
  comments: Comment[] = [];
  /** What every run used over time. */
  usage: UsageSeries = noUsage();
  /** The files as they ran, by their paths. */
  sources = new Map<string, string>();
  files: string[] = [];
  cases = new Map<string, string[]>();
  plans: Plan[] = [];
  workers: Worker[] = [];
  settings = someSettings();
  readiness: Readiness = allReady();
  changes: FileChange[] = [];
  templates: Template[] = [];
  /** Why files cannot be collected, and what they contain. */
  faults = new Map<string, string>();
  texts = new Map<string, string>();
  /** What was asked for with POST, in order. */
  posted: { path: string; body: unknown; key: string | null }[] = [];
  /** Results over many runs. */
  readonly results = new Results();
  #streams = new Set<StreamController>();
  readonly #server = setupServer();

  listen(): void {
    this.#server.listen({ onUnhandledRequest: "error" });
    this.reset();
  }

  close(): void {
    this.#server.close();
  }

  reset(): void {
    this.environments = Array.from({ length: 100 }, (_, index) =>
      anEnvironment({ id: index + 1, name: `env-${index + 1}` }),
    );
    this.runs = [];
    this.tests.clear();
    this.logs.clear();
    this.mostMatches = 10_000;
    this.cases.clear();
    this.sources.clear();
    this.artifacts = [];
    this.usage = noUsage();
    this.comments = [];
    this.plans = [];
    this.workers = [];
    this.settings = someSettings();
    this.readiness = allReady();
    this.changes = [];
    this.templates = [];
    this.faults.clear();
    this.texts.clear();
    this.files = [];
    this.posted = [];
    this.results.reset();
    this.#streams.clear();
    this.#server.resetHandlers(...this.#handlers());
  }

  /** Answers in another way for the rest of the test. */
  use(...handlers: RequestHandler[]): void {
    this.#server.use(...handlers);
  }

  /** Sends an event to whoever listens. */
  tell(type: string, data: unknown): void {
    const text = `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text));
  }

  /** Changes a run and tells the list shape of it. */
  change(id: number, facts: Partial<RunDetail>): void {
    this.runs = this.runs.map((run) => (run.id === id ? { ...run, ...facts } : run));
    const run = this.runs.find((each) => each.id === id);
    if (run) this.tell("run", listShape(run));
  }

  get streaming(): boolean {
    return this.#streams.size > 0;
  }

  #handlers() {
    const api = "*/api/v1";
    const found = (id: unknown) => this.runs.find((run) => run.id === Number(id));
    const note = async (request: Request) => {
      const text = await request.text();
      const body: unknown = text ? JSON.parse(text) : null;
      const key = request.headers.get("idempotency-key");
      this.posted.push({ path: new URL(request.url).pathname, body, key });
      return body;
    };
    return [
      ...this.results.handlers(),
      http.get(`${api}/stream`, () => {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            this.#streams.add(controller);
            controller.enqueue(new TextEncoder().encode(": hello\n\n"));
          },
        });
        return new HttpResponse(body, { headers: { "content-type": "text/event-stream" } });
      }),
      http.get(`${api}/environments`, () => json({ items: this.environments, next_cursor: null })),
      http.get(`${api}/settings`, () => json(this.settings)),
      http.get("*/readyz", () => json(this.readiness, this.readiness.ready ? 200 : 503)),
      http.get(`${api}/workers`, () => json({ items: this.workers, next_cursor: null })),
      http.post(`${api}/workers/:id/drain`, ({ params }) => {
        const id = Number(params.id);
        this.workers = this.workers.map((each) =>
          each.id === id ? { ...each, state: "draining" as const } : each,
        );
        return json(
          this.workers.find((each) => each.id === id),
          202,
        );
      }),
      http.get(`${api}/runs`, ({ request }) => {
        const query = new URL(request.url).searchParams;
        const within = (name: string, value: string | null) =>
          !query.get(name) || (query.get(name) ?? "").split(",").includes(value ?? "");
        const items = this.runs
          .filter((run) => within("state", run.state) && within("outcome", run.outcome))
          .filter((run) => within("requester", run.requester))
          .toSorted((a, b) => b.id - a.id)
          .map(listShape);
        return json({ items, next_cursor: null });
      }),
      http.post(`${api}/runs/preview`, async ({ request }) => {
        type Asked = { targets?: string[]; parameters?: Record<string, string> };
        const body = (await request.json()) as Asked;
        const command = ["python", "-m", "pytest", ...(body.targets ?? [])];
        const choices = Object.entries(body.parameters ?? {}).map(
          (pair) => `--param=${pair.join("=")}`,
        );
        return json({
          ...body,
          command,
          command_line: ["proctor run", ...choices].join(" "),
          ahead_runs: [],
          test_count: null,
          estimated_start_at: null,
        });
      }),
      http.post(`${api}/runs`, async ({ request }) => {
        const body = (await note(request)) as { requester: string; targets: string[] };
        const run = aRunDetail({ id: 500, requester: body.requester, targets: body.targets });
        this.runs.push(run);
        return json(run, 201);
      }),
      http.get(`${api}/runs/:id`, ({ params }) => {
        const run = found(params.id);
        return run ? json(run) : problem(404, `run ${params.id} does not exist`);
      }),
      http.post(`${api}/runs/:id/cancel`, async ({ params, request }) => {
        await note(request);
        const id = Number(params.id);
        this.change(id, { cancel: { at: new Date().toISOString(), by: "ann" } });
        return json(found(id), 202);
      }),
      http.post(`${api}/runs/:id/rerun`, async ({ params, request }) => {
        await note(request);
        const run = aRunDetail({ id: 600, rerun_of: Number(params.id) });
        this.runs.push(run);
        return json(run, 201);
      }),
      http.get(`${api}/runs/:id/tests`, ({ params }) =>
        json({ items: this.tests.get(Number(params.id)) ?? [], next_cursor: null }),
      ),
      http.get(`${api}/runs/:id/log`, ({ params, request }) => {
        const query = new URL(request.url).searchParams;
        const from = Number(query.get("from_line") ?? 1);
        const lines = this.logs.get(Number(params.id)) ?? [];
        const items = lines
          .slice(from - 1, from - 1 + Number(query.get("count")))
          .map((text, at) => ({
            number: from + at,
            at: "2026-03-09T12:00:00.000Z",
            text,
          }));
        return json({ items, total_lines: lines.length, complete: false });
      }),
      http.get(`${api}/runs/:id/log/search`, ({ params, request }) => {
        const query = new URL(request.url).searchParams;
        const q = query.get("q") ?? "";
        const from = Number(query.get("from_line") ?? 1);
        const matches = (text: string) =>
          query.get("regex") === "true" ? new RegExp(q).test(text) : text.includes(q);
        const all = (this.logs.get(Number(params.id)) ?? []).flatMap((text, index) =>
          index + 1 >= from && matches(text) ? [index + 1] : [],
        );
        const lines = all.slice(0, this.mostMatches);
        const more = lines.length < all.length;
        return json({ count: all.length, lines, more, complete: true });
      }),
      http.get(`${api}/runs/:id/sources/*`, ({ request }) => {
        const path = decodeURIComponent(new URL(request.url).pathname.split("/sources/")[1] ?? "");
        const text = this.sources.get(path);
        if (text === undefined) return problem(404, `${path} has changed since`);
        return new HttpResponse(text, { headers: { "content-type": "text/plain" } });
      }),
      http.get(`${api}/runs/:id/usage`, () => json(this.usage)),
      http.get(`${api}/runs/:id/comments`, () => json({ items: this.comments, next_cursor: null })),
      http.post(`${api}/runs/:id/comments`, async ({ params, request }) => {
        const body = (await note(request)) as NewComment;
        const comment = aComment({ id: this.comments.length + 1, ...body });
        this.comments.push(comment);
        this.#count(Number(params.id), 1);
        return json(comment, 201);
      }),
      http.delete(`${api}/runs/:id/comments/:comment`, ({ params }) => {
        this.comments = this.comments.filter(({ id }) => id !== Number(params.comment));
        this.#count(Number(params.id), -1);
        return new HttpResponse(null, { status: 204 });
      }),
      http.get(`${api}/runs/:id/artifacts`, () =>
        json({ items: this.artifacts, next_cursor: null }),
      ),
      http.get(`${api}/tests/cases`, ({ request }) => {
        const path = new URL(request.url).searchParams.get("path") ?? "";
        const items = (this.cases.get(path) ?? []).map((name, line) => ({
          nodeid: `${path}::${name}`,
          line,
        }));
        return json({ items, error: this.faults.get(path) ?? null });
      }),
      ...testFileHandlers(this),
      ...planHandlers(this),
      ...environmentHandlers(this),
      http.get(`${api}/tests`, ({ request }) => {
        const query = new URL(request.url).searchParams;
        const path = query.get("path") ?? "";
        const there = path === "" || this.files.some((file) => file.startsWith(`${path}/`));
        return there
          ? json(this.#level(path, query.get("q")))
          : problem(404, `${path} is not below the tests root`);
      }),
    ];
  }

  /** A run knows how many comments it has. */
  #count(id: number, more: number): void {
    this.runs = this.runs.map((run) =>
      run.id === id ? { ...run, comments: run.comments + more } : run,
    );
  }

  #level(path: string, q: string | null) {
    const file = (full: string) => ({
      path: full,
      name: full.split("/").at(-1) ?? full,
      size: this.texts.get(full)?.length ?? 10,
      modified_at: "2026-03-09T12:00:00.000Z",
      sha256: null,
    });
    if (q) {
      const files = this.files.filter((full) => full.includes(q)).map(file);
      return { path: "", directories: [], files, more: false };
    }
    const prefix = path ? `${path}/` : "";
    const below = this.files
      .filter((full) => full.startsWith(prefix))
      .map((full) => full.slice(prefix.length));
    const names = [...new Set(below.filter((name) => name.includes("/")).map(firstStep))];
    return {
      path,
      directories: names.map((name) => ({ path: prefix + name, name })),
      files: below.filter((name) => !name.includes("/")).map((name) => file(prefix + name)),
      more: false,
    };
  }
}

export const service = new Service();

/** An answer as the service refuses: in problem details. */
export function problem(
  status: number,
  detail: string,
  errors: { pointer: string; detail: string }[] = [],
) {
  const body = { type: "about:blank", title: detail, status, detail, code: "test", errors };
  return json({ ...body, request_id: "7f3a91c2" }, status);
}

export { http };

export function json(body: unknown, status = 200) {
  return HttpResponse.json(body as Record<string, unknown>, { status });
}

function firstStep(path: string): string {
  return path.split("/")[0] ?? "";
}

/** A run without what only its own page gets. */
function listShape(run: RunDetail): Run {
  const {
    parameters: _p,
    variables: _v,
    options: _o,
    ahead: _a,
    reruns: _r,
    estimated_start_at: _s,
    estimated_end_at: _e,
    command: _c,
    isolation: _i,
    isolation_rung: _ir,
    usage: _u,
    log: _l,
    pruned: _pr,
    refused: _re,
    sources: _so,
    attempts: _at,
    ...list
  } = run;
  return list;
}

// A small stand-in for the server: serves web/dist under the real policy, and the scenario's REST service and stream.
// node e2e/mock/main.mjs [--port 4174] [--scenario team|empty|many|long|failing|huge]
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import {
  aTest,
  cases,
  details,
  env,
  iso,
  linesOf,
  logInfo,
  makeWorld,
  now,
  tree,
} from "./data.mjs";
import { hugeTree, plans, previewOf, sourceOf, templates, uploadOf } from "./files.mjs";
import {
  comments,
  fileChanges,
  leaderboards,
  placed,
  readiness,
  reruns,
  settings,
  usage,
  workers,
} from "./follow.mjs";
import { artifact, artifacts, comparison, history } from "./results.mjs";

const flag = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const scenario = flag("scenario", "team");
const world = makeWorld(scenario);
const dist = new URL("../../dist/", import.meta.url).pathname;
const streams = new Set();
let cursor = 0;

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  if (/^\/(api\/|readyz$)/.test(url.pathname)) void api(request, response, url);
  else page(response, url.pathname);
});
server.listen(Number(flag("port", "0")), "127.0.0.1", () => {
  console.log(`mock (${scenario}) on http://127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => process.exit(0));
setInterval(tick, 400);

const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

function page(response, path) {
  if (path.startsWith("/assets/")) {
    const file = join(dist, path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    return void response.end(readFileSync(file));
  }
  const nonce = randomBytes(16).toString("base64");
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
  });
  response.end(readFileSync(join(dist, "index.html"), "utf8").replaceAll("__CSP_NONCE__", nonce));
}

async function api(request, response, url) {
  const send = (status, body) => {
    const problem = status >= 400;
    response.writeHead(status, {
      "content-type": problem ? "application/problem+json" : "application/json",
    });
    response.end(JSON.stringify(body));
  };
  const refuse = (status, detail, errors = []) =>
    send(status, {
      type: "about:blank",
      title: detail,
      status,
      detail,
      code: "mock",
      request_id: "7f3a91c2",
      errors,
    });
  if (scenario === "failing") return refuse(503, "The database does not answer");
  let text = "";
  for await (const chunk of request) text += chunk;
  const form = /^multipart/.test(request.headers["content-type"] ?? "");
  const body = text && !form ? JSON.parse(text) : {};
  const query = Object.fromEntries(url.searchParams);
  const path = url.pathname.replace("/api/v1", "");
  const [, id, rest] = /^\/runs\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const run = id ? world.runs.get(Number(id)) : null;
  if (id && !run) return refuse(404, `run ${id} does not exist`);
  if (path === "/stream") return stream(request, response, (query.topics ?? "").split(","));
  if (path === "/runs" && request.method === "POST") return create(body, send, refuse);
  if (path === "/runs") return send(200, list(query));
  if (path === "/environments") return send(200, { items: world.environments, next_cursor: null });
  if (path === "/history") return send(200, history(world, query, iso, now));
  if (path === "/compare") return send(200, comparison(world, query.runs));
  if (path === "/history/leaderboards") return send(200, leaderboards(world, iso, now));
  if (rest === "/usage") return send(200, usage(run, testsOf(run), iso));
  if (rest === "/reruns") return send(200, reruns(run, testsOf(run)));
  if (rest === "/comments")
    return send(200, { items: comments(testsOf(run), iso, now), next_cursor: null });
  if (rest === "/artifacts") return send(200, artifacts(run, iso));
  if (rest?.startsWith("/artifacts/"))
    return artifact(decodeURIComponent(rest.slice("/artifacts/".length)), response);
  if (path === "/tests/cases") return send(200, cases(query.path));
  if (path === "/settings") return send(200, settings);
  if (path === "/workers") return send(200, { items: workers(world, iso, now), next_cursor: null });
  if (path === "/plans") return send(200, { items: saved(plans), next_cursor: null });
  if (path === "/templates") return send(200, { items: saved(templates), next_cursor: null });
  if (path === "/tests/source") {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    return void response.end(sourceOf(query.path));
  }
  if (path === "/tests/changes") return send(200, fileChanges(query.path, saved, iso, now));
  if (path === "/readyz") return send(readiness.ready ? 200 : 503, readiness);
  if (path === "/tests/uploads/preview") return send(200, previewOf(text));
  if (path === "/tests/uploads") return send(201, uploadOf(text));
  if (path === "/tests") {
    if (scenario === "huge") return send(200, hugeTree(query.path, query.q));
    const found = tree(query.path, query.q, scenario);
    return found ? send(200, found) : refuse(404, `${query.path} is not below the tests root`);
  }
  if (run && !rest) return send(200, details(world, run));
  if (rest === "/cancel") return send(202, cancel(run, body.requester ?? ""));
  if (rest === "/rerun")
    return create({ ...run, environment: run.environment.id, rerun_of: run.id }, send, refuse);
  if (rest === "/tests") return send(200, pageOf(testsOf(run), query));
  if (rest === "/log") return send(200, lines(run, query));
  if (rest === "/log/search") return send(200, search(run, query));
  return refuse(404, "no such call");
}

const saved = (items) => (scenario === "empty" ? [] : items);

function list(query) {
  const within = (values, value) => !values || values.split(",").includes(String(value));
  const all = [...world.runs.values()].filter(
    (run) =>
      within(query.state, run.state) &&
      within(query.outcome, run.outcome) &&
      (!query.requester || run.requester === query.requester) &&
      (!query.target || run.targets.some((target) => target.includes(query.target))) &&
      (!query.environment ||
        query.environment.split(",").some((part) => {
          const [from, to] = part.split("-").map(Number);
          return run.environment.id >= from && run.environment.id <= (to ?? from);
        })) &&
      (!query.created_from || run.created_at >= query.created_from),
  );
  all.sort((a, b) => (query.sort === "id" ? a.id - b.id : b.id - a.id));
  return pageOf(all, query);
}

function pageOf(items, { cursor: from = "0", limit = "50" }) {
  const start = Number(from);
  const end = start + Math.min(200, Number(limit));
  return { items: items.slice(start, end), next_cursor: end < items.length ? String(end) : null };
}

function lines(run, query) {
  const log = world.logs.get(run.id);
  const from = Number(query.from_line ?? 1);
  const slice = log.lines.slice(from - 1, from - 1 + Number(query.count ?? 500));
  const start = Date.parse(run.started_at ?? iso(now()));
  return {
    items: slice.map((text, index) => ({
      number: from + index,
      at: iso(start + (from + index) * 100),
      text,
    })),
    total_lines: log.lines.length,
    complete: log.complete,
  };
}

function search(run, query) {
  const source = query.regex === "true" ? query.q : query.q.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(source, query.case === "true" ? "" : "i");
  const found = world.logs
    .get(run.id)
    .lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
  return {
    count: found.length,
    lines: found.slice(0, 1000),
    more: found.length > 1000,
    complete: true,
  };
}

function create(body, send, refuse) {
  const errors = [];
  if (body.targets?.includes("nonsense"))
    errors.push({ pointer: "/targets/0", detail: "nonsense is not below the tests root" });
  if (errors.length > 0) return refuse(422, "1 mistake; nothing was stored", errors);
  const id = world.nextId++;
  const where = env(world, typeof body.environment === "number" ? body.environment : 1);
  const run = {
    ...world.runs.values().next().value,
    rerun_of: body.rerun_of ?? null,
    id,
    requester: body.requester,
    targets: body.targets ?? [],
    note: body.note ?? null,
    environment: { id: where.id, name: where.name },
    state: "queued",
    outcome: null,
    created_at: iso(now()),
    started_at: null,
    finished_at: null,
    duration_ms: null,
    position: where.queue.length + 1,
    cancel: null,
    environment_any: null,
    comments: 0,
    waits_for: where.holder ? `run ${where.holder.run_id} to end in environment ${where.id}` : null,
    progress: { collected: 0, passed: 0, failed: 0, error: 0, skipped: 0, xfailed: 0, xpassed: 0 },
  };
  world.runs.set(id, run);
  world.tests.set(id, []);
  world.logs.set(id, { lines: [], complete: false });
  where.queue.runs.push(id);
  where.queue.length += 1;
  tell("run", run);
  tell("environment", where);
  send(201, details(world, run));
}

function cancel(run, by) {
  run.cancel = { by, at: iso(now()) };
  tell("run", run);
  setTimeout(() => finish(run, "cancelled", `cancelled by ${by || "somebody"}`), 2500);
  return details(world, run);
}

function stream(request, response, topics) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const client = { topics: new Set(topics), response };
  streams.add(client);
  request.on("close", () => streams.delete(client));
  const write = (event, data) =>
    response.write(`id: ${++cursor}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  if (client.topics.has("runs"))
    for (const run of [...world.runs.values()].slice(0, 50)) write("run", run);
  if (client.topics.has("environments"))
    for (const each of world.environments) write("environment", each);
  for (const topic of topics) {
    const run = world.runs.get(Number(/^run:(\d+)$/.exec(topic)?.[1]));
    if (run) write("run", run);
  }
  response.write(": alive\n\n");
}

function tell(event, data) {
  const id = event === "run" ? data.id : data.run_id;
  for (const { topics, response } of streams) {
    const wanted =
      event === "environment"
        ? topics.has("environments")
        : topics.has(`run:${id}`) || (event === "run" && topics.has("runs"));
    if (wanted)
      response.write(`id: ${++cursor}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

/** Lets the newest running runs go on, and starts what waits in free environments. */
function tick() {
  for (const where of world.environments) {
    const [next] = where.queue.runs;
    if (where.state !== "free" || next === undefined) continue;
    const run = world.runs.get(next);
    where.queue.runs.shift();
    where.queue.length -= 1;
    Object.assign(run, {
      state: "running",
      started_at: iso(now()),
      position: null,
      waits_for: null,
      start_mode: "cold",
    });
    run.progress.collected = 12;
    Object.assign(where, {
      state: "busy",
      holder: { run_id: run.id, person: null, since: run.started_at, until: null, reason: null },
    });
    tell("run", run);
    tell("environment", where);
  }
  for (const run of world.runs.values()) {
    if (run.state === "running" && (run.id >= 48220 || run.id === 48213)) step(run);
  }
}

function step(run) {
  const tests = world.tests.get(run.id);
  const log = world.logs.get(run.id);
  const last = tests.at(-1);
  if (last?.outcome === "running") {
    Object.assign(
      last,
      aTest(last.number, last.nodeid, last.number % 17 === 4 ? "failed" : "passed"),
    );
    run.progress[last.outcome] += 1;
    log.lines.push(...linesOf(last, now()).slice(0, 4));
    tell("test", { ...last, run_id: run.id, cut: false });
  }
  if (tests.length >= run.progress.collected)
    return finish(run, run.progress.failed > 0 ? "failed" : "passed", null);
  const test = aTest(
    tests.length,
    `api/payments/test_capture.py::test_capture_live[${tests.length}]`,
    "running",
  );
  test.log = { from_line: log.lines.length + 1, to_line: null };
  tests.push(test);
  tell("test", { ...test, run_id: run.id, cut: false });
  tell("log", { run_id: run.id, ...logInfo(log) });
  tell("run", run);
}

function finish(run, outcome, reason) {
  const where = env(world, run.environment.id);
  Object.assign(run, {
    state: "finished",
    outcome,
    reason,
    finished_at: iso(now()),
    duration_ms: run.started_at ? now() - Date.parse(run.started_at) : null,
    position: null,
    waits_for: null,
  });
  const log = world.logs.get(run.id);
  log.complete = true;
  where.queue.runs = where.queue.runs.filter((id) => id !== run.id);
  where.queue.length = where.queue.runs.length;
  if (where.holder?.run_id === run.id) Object.assign(where, { state: "free", holder: null });
  tell("log", { run_id: run.id, ...logInfo(log) });
  tell("run", run);
  tell("environment", where);
}

/** The tests of a run with what else is told of them. */
function testsOf(run) {
  return placed(run, world.tests.get(run.id), iso);
}

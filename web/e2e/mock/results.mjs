// What the mock tells of results over many runs.
import { createHash } from "node:crypto";

const HOUR = 3_600_000;
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The history of a test: what its name says it is: flaky, known, new, slow, or nothing. */
export function history(world, { nodeid, environment, cursor = "0", limit = "50" }, iso, now) {
  const results = world.scenario === "empty" ? [] : resultsOf(nodeid, iso, now);
  const all = results.filter((one) => !environment || String(one.environment) === environment);
  const start = Number(cursor);
  const end = start + Number(limit);
  const durations = all
    .slice(0, 50)
    .map((one) => one.duration_ms)
    .sort((a, b) => a - b);
  return {
    nodeid,
    items: all.slice(start, end),
    next_cursor: end < all.length ? String(end) : null,
    duration_p50_ms: durations[Math.floor(durations.length / 2)] ?? null,
    duration_p95_ms: durations[Math.floor(durations.length * 0.95)] ?? null,
    ...verdict(nodeid, all),
  };
}

function resultsOf(nodeid, iso, now) {
  return Array.from({ length: 120 }, (_, age) => {
    const noise = (age * 7919 + nodeid.length * 31) % 97;
    return {
      run_id: 48212 - age * 3,
      environment: [12, 12, 7, 12, 31][age % 5],
      outcome: outcomeOf(nodeid, age, noise),
      at: iso(now() - age * 5 * HOUR - 17 * 60_000),
      duration_ms: 310 + noise * 2.4 + (age % 17 === 5 ? 420 : 0),
      sha256: sha256(`${nodeid}${age < 6 ? "new" : age < 31 ? "old" : "older"}`),
    };
  });
}

function outcomeOf(nodeid, age, noise) {
  if (/retry/.test(nodeid)) return noise % 9 === 0 ? "failed" : "passed";
  if (/facets/.test(nodeid)) return age < 11 ? "failed" : age === 30 ? "error" : "passed";
  if (age === 0) return "failed";
  if (age === 23) return "skipped";
  return age === 40 ? "error" : "passed";
}

function verdict(nodeid, all) {
  if (all.length === 0)
    return { label: null, why: "it has no result yet", flake_rate: 0, first_failing_run: null };
  if (/retry/.test(nodeid)) {
    const why =
      "11 of 46 results differ from the one before, of the same file in the same environment";
    return { label: "flaky", why, flake_rate: 0.24, first_failing_run: null };
  }
  if (/facets/.test(nodeid)) {
    const why = `it has failed 11 times since run ${all[10]?.run_id}`;
    return {
      label: "known_failing",
      why,
      flake_rate: 0,
      first_failing_run: all[10]?.run_id ?? null,
    };
  }
  const why = `it was good in run ${all[1]?.run_id}, the one before`;
  return { label: "new", why, flake_rate: 0.02, first_failing_run: all[0].run_id };
}

const CHANGE_OF = {
  3: "newly_failing",
  7: "newly_failing",
  11: "still_failing",
  19: "missing",
  23: "fixed",
  29: "slower",
};

/** Runs beside each other: ten thousand test cases in the scenario "many", fewer else. */
export function comparison(world, text) {
  const runs = text.split(",").map(Number);
  const count = world.scenario === "many" ? 10_000 : 640;
  const items = Array.from({ length: count }, (_, index) => compared(runs, index, count));
  const order = ["newly_failing", "still_failing", "missing", "fixed", "slower", "same"];
  items.sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
  const each = (first, last) => runs.map((_, at) => (at === runs.length - 1 ? last : first));
  return {
    runs,
    items,
    configuration: [
      { name: "environment", values: each("12", "31") },
      { name: "variables/INTERFACE", values: each("REST", "SOAP") },
      { name: "options/keyword", values: each(null, "not slow and not soak") },
    ],
    sources: [
      "api/refunds/test_partial_refund.py",
      "conftest.py",
      "payments/settlement/helpers/test_rounding_of_currencies.py",
    ].map((name, at) => ({
      name,
      values: each(at === 2 ? null : sha256(name), sha256(`${name} new`)),
    })),
  };
}

function compared(runs, index, count) {
  const change = CHANGE_OF[index % (count / 16)] ?? "same";
  const bad = change === "still_failing" ? "failed" : change === "fixed" ? "error" : "passed";
  const last = { newly_failing: "failed", still_failing: "failed", missing: null }[change];
  const outcomes = runs.map((_, at) =>
    at < runs.length - 1 ? bad : last === undefined ? "passed" : last,
  );
  const ms = 40 + ((index * 7919) % 900);
  const name = ["rounding[EUR-0.005]", "partial", "retry", "facets[de-DE]"][index % 4];
  return {
    nodeid: `api/${["refunds", "orders", "search", "users"][index % 4]}/test_${index % 40}.py::test_${name.replace("[", `_${index}[`)}`,
    outcomes,
    durations_ms: outcomes.map((one, at) =>
      one === null ? null : change === "slower" && at === runs.length - 1 ? ms * 6 : ms,
    ),
    change,
  };
}

const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAHUlEQVR4nGP8//8/AzbAhFUUKIFDiAEkgVOCkh0AN6UF/T+5rPMAAAAASUVORK5CYII=",
  "base64",
);

const LEFT = [
  ["coverage.json", "text/plain; charset=utf-8", 18_211],
  ["report.txt", "text/plain; charset=utf-8", 4_812],
  ["screens/checkout/step-1-cart.png", "image/png", 88_120],
  [
    "screens/checkout/step-2-address-with-a-very-long-name-that-has-no-room.png",
    "image/png",
    91_002,
  ],
  ["screens/checkout/step-3-paid.png", "image/png", 0],
  ["traces/playwright-trace.zip", "application/octet-stream", 4_120_334],
];

/** The files that the tests of a run left. */
export function artifacts(run, iso) {
  if (run.id % 2 === 1) return { items: [], next_cursor: null };
  const items = LEFT.map(([name, media_type, size], at) => ({
    name,
    media_type,
    size,
    modified_at: iso(Date.parse(run.started_at ?? run.created_at) + at * 9000),
  }));
  return { items, next_cursor: null };
}

export function artifact(name, response) {
  const [, type = "application/octet-stream"] = LEFT.find(([each]) => each === name) ?? [];
  response.writeHead(200, { "content-type": type });
  if (type === "image/png") return void response.end(PICTURE);
  const lines = Array.from(
    { length: 120 },
    (_, at) =>
      `\u001b[2m${String(at).padStart(4, "0")}\u001b[0m \u001b[32mok\u001b[0m   GET /v2/orders/${at * 77} 200 in ${at % 40} ms`,
  );
  response.end(lines.join("\n"));
}

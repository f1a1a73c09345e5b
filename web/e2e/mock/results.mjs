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

// What the mock tells of a run beyond its tests: what it used, its reruns, what people say of it; and the leaderboards.

const MIB = 2 ** 20;
const LABELS = ["new", "known_failing", "flaky", "environment"];

/** Lays the tests of a run after each other on the time axis, with memory, and labels its failures. */
export function placed(run, tests, iso) {
  let at = Date.parse(run.started_at ?? run.created_at) + 400;
  let kept = 62 * MIB;
  let bad = 0;
  return tests.map((test) => {
    const before = kept;
    if (test.number % 23 === 7) kept += 9 * MIB;
    const peak = kept + (test.number % 11 === 3 ? 24 * MIB : 0);
    const started_at = iso(at);
    at += (test.duration_ms ?? 0) + 5;
    const failed = test.outcome === "failed" || test.outcome === "error";
    const label = failed ? LABELS[bad++ % LABELS.length] : null;
    const why = failed ? "it was good in run 48201, the one before" : null;
    const memory = { before_bytes: before, peak_bytes: peak, after_bytes: kept };
    return { ...test, started_at, memory, label, why };
  });
}

export function usage(run, tests, iso) {
  if (!run.started_at) return { items: [], limits: null, near: [], total: null };
  const start = Date.parse(run.started_at);
  const last = tests.at(-1);
  const end = last?.started_at
    ? Date.parse(last.started_at) + (last.duration_ms ?? 0)
    : start + 9000;
  const items = [];
  let cpu_ms = 0;
  for (let step = 1; step <= 120; step++) {
    const at = start + ((end - start) * step) / 120;
    const share = 0.55 + 0.4 * Math.sin(step / 7) ** 2 + (step % 31 === 0 ? 0.9 : 0);
    cpu_ms += Math.round(((end - start) / 120) * share);
    const now = tests.findLast((test) => Date.parse(test.started_at) <= at);
    const memory_bytes = (now?.memory.peak_bytes ?? 30 * MIB) + 40 * MIB;
    items.push({
      at: iso(at),
      cpu_ms,
      memory_bytes,
      processes: 3,
      read_bytes: 0,
      written_bytes: 0,
    });
  }
  const most = Math.max(...items.map((one) => one.memory_bytes));
  const near = run.outcome === "failed";
  const memory = near ? Math.round(most * 1.04) : 4096 * MIB;
  return {
    items,
    limits: { memory_bytes: memory, processes: 512, timeout_s: 3600 },
    near: near
      ? [
          `its memory came to ${Math.round(most / MIB)} MiB, and its limit is ${Math.round(memory / MIB)} MiB`,
        ]
      : [],
    total: null,
  };
}

export function comments(tests, iso, now) {
  const failed = tests.find((test) => test.outcome === "failed");
  if (!failed) return [];
  const by = { created_at: iso(now() - 7_200_000) };
  const url = "https://tickets.example.com/SHOP-112";
  return [
    {
      id: 1,
      nodeid: null,
      author: "ann",
      text: "The price list of this environment is of last year.\nUlf knows.",
      url: null,
      ...by,
    },
    { id: 2, nodeid: failed.nodeid, author: "ben", text: "Known since Monday.", url, ...by },
  ];
}

export function reruns(run, tests) {
  const failed = tests.filter((test) => test.outcome === "failed");
  const again = { ...run, id: run.id + 40, rerun_of: run.id };
  const last = { ...again, id: run.id + 52, rerun_of: again.id, state: "running", outcome: null };
  const became = ["fixed", "failing", "not_rerun"];
  const items = failed.map((test, at) => ({
    nodeid: test.nodeid,
    outcomes: ["failed", at % 3 === 2 ? null : "failed", ["passed", "failed", null][at % 3]],
    became: became[at % 3],
  }));
  return { runs: [run, again, last], items };
}

export function leaderboards(world, iso, now) {
  const nodeids = [
    "api/orders/test_create.py::test_idempotent_retry",
    "api/refunds/test_partial_refund.py::test_rounding[EUR-0.005]",
    "ui/checkout/test_pay.py::TestPay::test_three_d_secure[visa-challenge]",
    "api/search/test_facets.py::test_facets",
  ];
  const leaders = (change) =>
    world.scenario === "empty"
      ? []
      : nodeids.map((nodeid, at) => ({
          nodeid,
          results: 480 - at * 37,
          failed: 61 - at * 14,
          flips: null,
          mean_ms: 41_200 / (at + 1),
          longest_ms: 93_000 / (at + 1),
          last_run_id: 48212,
          ...change(at),
        }));
  return {
    since: iso(now() - 14 * 86_400_000),
    flakiest: leaders((at) => ({ flips: 23 - at * 6 })),
    failing: leaders(() => ({})),
    slowest: leaders(() => ({})),
  };
}

export const settings = {
  version: "0.1.0",
  interpreters: ["3.11", "3.13"],
  limits: {
    requester_characters: 128,
    name_characters: 128,
    note_bytes: 4096,
    targets: 1000,
    upload_bytes: 33_554_432,
    reservation_days: 30,
  },
};

/** What the server needs: one thing is missing. */
export const readiness = {
  ready: false,
  version: "0.1.0",
  checks: [
    { name: "database", ok: true, detail: null },
    {
      name: "data_disk",
      ok: false,
      detail: "has 212 MiB left; make room on it, or runs end early",
    },
    { name: "tests_root", ok: true, detail: null },
    { name: "interpreter", ok: true, detail: null },
    { name: "worker", ok: true, detail: null },
  ],
};

/** Who changed which test files; nothing of a single one. */
export function fileChanges(path, saved, iso, now) {
  const kinds = ["uploaded", "replaced", "moved", "deleted"];
  const paths = [
    "api/refunds/test_partial_refund.py",
    "payments/settlement/test_cutoff.py",
    "a_directory_with_a_long_name/and_another_one_below_it/test_that_has_a_long_name_too.py",
  ];
  const people = [
    "ann",
    "omar",
    null,
    "somebody-with-a-really-long-user-name@department.example.com",
  ];
  const items = Array.from({ length: 24 }, (_, at) => ({
    id: 100 - at,
    kind: kinds[at % 4],
    path: paths[at % 3],
    sha256: null,
    size: 2100,
    replaced_sha256: null,
    moved_from: at % 4 === 2 ? "drafts/test_draft.py" : null,
    changed_by: people[(at * 3) % 4],
    changed_at: iso(now() - at * at * 1_400_000),
  }));
  return { items: path ? [] : saved(items), next_cursor: path ? null : "older" };
}

/** Who executes the runs: one is leaving, and one is silent. */
export function workers(world, iso, now) {
  const running = [...world.runs.values()].filter(({ state }) => state === "running");
  const one = (id, name, facts) => ({
    id,
    name,
    version: "0.1.0",
    labels: [],
    environments: [],
    slots: 8,
    runs: running.filter((run) => run.id % 3 === id).map((run) => run.id),
    state: "active",
    isolation_rung: 3,
    started_at: iso(now() - 86_400_000),
    last_seen_at: iso(now() - 1200),
    ...facts,
  });
  return [
    one(0, "bench-1", { labels: ["rack-7", "gpu"] }),
    one(1, "bench-2", { state: "draining", environments: ["gpu", "1-20"] }),
    one(2, "a-rather-long-name-of-a-host.lab.example.com", {
      state: "silent",
      runs: [],
      isolation_rung: null,
      last_seen_at: iso(now() - 400_000),
    }),
  ];
}

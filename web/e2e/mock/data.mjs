// A made-up team at work, for looking at the pages without a server: the fixture of the pictures.

const CITIES = [
  "berlin",
  "berlin",
  "oslo",
  "oslo",
  "madrid",
  "madrid",
  "austin",
  "austin",
  "lab",
  "lab",
];
const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const PEOPLE = [
  "ann",
  "mia",
  "tomas",
  "priya",
  "lena",
  "omar",
  "wei",
  "jonas",
  "ci-gate",
  "ci-nightly",
];

export const now = () => Date.now();
export const iso = (ms) => new Date(ms).toISOString();
const progress = (facts = {}) => ({
  collected: 0,
  passed: 0,
  failed: 0,
  error: 0,
  skipped: 0,
  xfailed: 0,
  xpassed: 0,
  ...facts,
});

/** All that the mock knows, by scenario: team, empty, many, long. */
export function makeWorld(scenario) {
  const world = { scenario, runs: new Map(), environments: [], nextId: 48220 };
  world.tests = new Lazy((id) => testsOf(world.runs.get(id)));
  world.logs = new Lazy((id) => logOf(world.runs.get(id), world.tests.get(id)));
  for (let id = 1; id <= 100; id++) {
    const name = `${CITIES[Math.floor((id - 1) / 10)]}-${LETTERS[(id * 7) % LETTERS.length]}`;
    world.environments.push({
      id,
      name,
      description: "",
      labels: id % 3 === 0 ? ["staging", "rest"] : ["staging"],
      state: "free",
      maintenance: null,
      holder: null,
      reservation: null,
      queue: { length: 0, runs: [] },
      variables: {},
    });
  }
  if (scenario === "empty") return world;
  const minutes = (value) => now() - value * 60_000;
  const add = (facts) => addRun(world, facts);
  for (const id of [19, 69, 100])
    Object.assign(env(world, id), {
      state: "maintenance",
      maintenance: ["disk full", "upgrade", "no route"][id % 3],
    });
  for (const [id, person] of [
    [23, "omar"],
    [36, "lena"],
    [57, "wei"],
    [76, "ann"],
    [88, "priya"],
  ]) {
    Object.assign(env(world, id), {
      state: "reserved",
      reservation: {
        person,
        since: iso(minutes(20)),
        until: iso(minutes(-40)),
        reason: "looking at a memory leak",
      },
      holder: {
        run_id: null,
        person,
        since: iso(minutes(20)),
        until: iso(minutes(-40)),
        reason: "looking at a memory leak",
      },
    });
  }
  add({
    id: 48216,
    requester: "mia",
    environment: 31,
    targets: ["payments/settlement/test_cutoff.py::test_rounding[EUR-0.005]"],
    state: "running",
    started: minutes(0.3),
    progress: progress({ collected: 14, passed: 3 }),
  });
  add({
    id: 48213,
    requester: "ann",
    environment: 12,
    targets: ["api/orders/", "api/refunds/", "api/payments/", "api/login/"],
    state: "running",
    started: minutes(4.2),
    progress: progress({ collected: 240, passed: 96, failed: 3, skipped: 5 }),
    live: true,
    note: "Before the release of 4.12",
  });
  add({
    id: 48209,
    requester: "ci-gate",
    environment: 7,
    targets: ["api/orders/", "api/users/", "api/search/"],
    state: "running",
    started: minutes(6.8),
    progress: progress({ collected: 94, passed: 86 }),
  });
  for (const [index, id] of [
    42, 44, 45, 48, 51, 53, 55, 58, 60, 61, 63, 64, 66, 67, 70, 72, 73, 78, 81, 84, 85, 90, 91, 96,
  ].entries()) {
    add({
      id: 48150 + index,
      requester: PEOPLE[index % PEOPLE.length],
      environment: id,
      targets: [`soak/test_${index}.py`],
      state: "running",
      started: minutes(3 + index),
      progress: progress({ collected: 200, passed: 20 + index * 7 }),
      hidden: true,
    });
  }
  add({
    id: 48219,
    requester: "ci-gate",
    environment: 7,
    targets: ["api/orders/test_create.py"],
    state: "queued",
    position: 1,
    waits_for: "run 48209 to end in environment 7",
  });
  add({
    id: 48217,
    requester: "tomas",
    environment: 12,
    targets: ["smoke/"],
    state: "queued",
    position: 1,
    waits_for: "run 48213 to end in environment 12",
  });
  add({
    id: 48218,
    requester: "priya",
    environment: 12,
    targets: ["payments/", "api/refunds/test_partial_refund.py"],
    state: "queued",
    position: 2,
    waits_for: "run 48217 to end in environment 12",
  });
  add({
    id: 48215,
    requester: "lena",
    environment: 23,
    targets: ["reports/test_monthly_close.py"],
    state: "queued",
    position: 1,
    waits_for: `environment 23, reserved by omar until ${iso(minutes(-40)).slice(0, 16).replace("T", " ")} UTC: a leak`,
  });
  const ended = [
    [48214, "jonas", 18, "api/login/test_sessions.py", "passed", 6, 9, { passed: 38, skipped: 1 }],
    [48212, "ann", 12, "api/", "failed", 17, 664, { passed: 1271, failed: 5, skipped: 4 }],
    [48211, "ci-gate", 4, "api/", "passed", 19, 331, { passed: 902, skipped: 12 }],
    [
      48208,
      "wei",
      27,
      "inventory/sync/test_delta_import.py",
      "error",
      24,
      2,
      {},
      "collection: ImportError in conftest.py: cannot import name 'delta' from 'inventory'",
    ],
    [
      48207,
      "ci-nightly",
      33,
      "soak/",
      "timed_out",
      41,
      1800,
      { passed: 212 },
      "test_reconnect_storm ran longer than the limit of 30 min",
    ],
    [48204, "priya", 12, "payments/", "passed", 44, 220, { passed: 214, skipped: 2 }],
    [48203, "omar", 23, "sandbox/omar/draft.py", "no_tests", 52, 1, {}],
    [
      48201,
      "ci-nightly",
      38,
      "api/orders/",
      "lost",
      62,
      475,
      { passed: 77 },
      "worker runner-2 is gone since 13:02",
    ],
    [48199, "lena", 9, "reports/", "cancelled", 66, 44, { passed: 17 }, "cancelled by lena"],
    [
      48198,
      "mia",
      31,
      "payments/refunds/test_partial_refund.py",
      "failed",
      70,
      21,
      { passed: 12, failed: 2 },
    ],
    [48195, "ci-gate", 2, "api/orders/", "passed", 121, 422, { passed: 94 }],
    [48194, "jonas", 18, "smoke/", "passed", 130, 48, { passed: 61 }],
  ];
  for (const [id, requester, environment, target, outcome, ago, seconds, counts, reason] of ended) {
    const collected = Object.values(counts).reduce((sum, value) => sum + value, 0);
    add({
      id,
      requester,
      environment,
      targets: [target],
      state: "finished",
      outcome,
      reason: reason ?? null,
      started: minutes(ago),
      seconds,
      progress: progress({ collected, ...counts }),
    });
  }
  if (scenario === "many") {
    for (let id = 48140; id > 38140; id--) {
      const outcome = id % 7 === 0 ? "failed" : id % 23 === 0 ? "timed_out" : "passed";
      add({
        id,
        requester: PEOPLE[id % PEOPLE.length],
        environment: (id % 100) + 1,
        targets: [`api/orders/test_${id % 40}.py`],
        state: "finished",
        outcome,
        started: minutes(140 + (48140 - id) * 3),
        seconds: id % 500,
        progress: progress({
          collected: id % 900,
          passed: (id % 900) - (outcome === "failed" ? 2 : 0),
          failed: outcome === "failed" ? 2 : 0,
        }),
      });
    }
  }
  if (scenario === "long") {
    const deep = "a_directory_with_a_rather_long_name/and_another_one_below_it/";
    add({
      id: 48999,
      requester: "somebody-with-a-really-long-user-name@department.example.com",
      environment: 99,
      targets: [
        `${deep.repeat(3)}test_file_with_a_long_name.py::TestWithALongName::test_that_goes_on_and_on_and_on[parameter one with spaces-日本語-ünïcode/slash::colons-0.000000005]`,
        "x",
      ],
      state: "running",
      started: minutes(900),
      progress: progress({
        collected: 123456,
        passed: 98765,
        failed: 4321,
        error: 12,
        skipped: 999,
      }),
    });
    env(world, 99).name = "an-environment-with-a-very-long-name-indeed";
    world.runs.get(48999).environment.name = env(world, 99).name;
  }
  return world;
}

/** A map that makes what it is asked for: ten thousand runs are seldom opened. */
class Lazy extends Map {
  constructor(make) {
    super();
    this.make = make;
  }
  get(id) {
    if (!this.has(id)) this.set(id, this.make(id));
    return super.get(id);
  }
}

export function env(world, id) {
  return world.environments[id - 1];
}

/** Runs that were asked for with a template or with test plans. */
const SAVED = {
  48213: { template: "nightly-api", plans: [14, 31] },
  48212: { template: "nightly-api", plans: [14, 31] },
  48201: { template: "nightly-api", plans: [14] },
  48218: { template: "payments-regression", plans: [31] },
  48204: { template: "payments-regression", plans: [31] },
  48217: { template: "smoke", plans: [2] },
  48194: { template: "smoke", plans: [2] },
  48207: { template: "soak", plans: [40] },
};

function addRun(world, facts) {
  const { environment, started, seconds, hidden, live, ...rest } = facts;
  const where = env(world, environment);
  const run = {
    plans: [],
    template: null,
    outcome: null,
    reason: null,
    attempt: 1,
    position: null,
    waits_for: null,
    start_mode: started ? "cold" : null,
    start_mode_reason: null,
    rerun_of: null,
    note: null,
    cancel: null,
    environment_any: null,
    comments: facts.id === 48212 ? 2 : 0,
    rerun_count: 0,
    progress: progress(),
    ...rest,
    ...SAVED[facts.id],
    environment: { id: where.id, name: where.name },
    created_at: iso((started ?? now() - 90_000) - 4000),
    started_at: started ? iso(started) : null,
    finished_at: seconds === undefined ? null : iso(started + seconds * 1000),
    duration_ms: seconds === undefined ? null : seconds * 1000,
  };
  world.runs.set(run.id, run);
  if (run.state === "running") {
    Object.assign(where, {
      state: "busy",
      holder: { run_id: run.id, person: null, since: run.started_at, until: null, reason: null },
    });
  }
  if (run.state === "queued") {
    where.queue.runs.push(run.id);
    where.queue.length += 1;
  }
  return run;
}

const FILES = [
  [
    "api/login/test_sessions.py",
    ["test_login", "test_logout", "test_expired[de]", "test_expired[fr]"],
  ],
  [
    "api/orders/test_create.py",
    ["test_create", "test_idempotent_retry", "test_total[EUR]", "test_total[JPY]"],
  ],
  [
    "api/refunds/test_partial_refund.py",
    [
      "test_rounding[EUR-0.005]",
      "test_rounding[EUR-0.01]",
      "test_rounding[JPY-1]",
      "test_zero_amount",
    ],
  ],
  [
    "api/payments/test_authorize.py",
    ["test_decline[insufficient]", "test_decline[expired]", "test_limits[daily]"],
  ],
  [
    "api/payments/test_capture.py",
    [
      "test_capture_full[visa]",
      "test_capture_full[amex]",
      "test_capture_offline",
      "test_capture_after_void[visa]",
    ],
  ],
  [
    "inventory/sync/test_full_import.py",
    ["test_import", "TestResume::test_after_crash", "TestResume::test_twice"],
  ],
];

export const TRACEBACK = `
api = <Api https://berlin-n.lab>, currency = 'EUR', step = Decimal('0.005')

    @pytest.mark.parametrize("currency, step", STEPS)
    def test_rounding(api, currency, step):
        order = api.order(total=Decimal("20.01"), currency=currency)
        refund = api.refund(order, share=Decimal("0.5"))
>       assert refund == expected(order, step), "refund amount differs by one cent"
E       AssertionError: refund amount differs by one cent
E       assert {'amount': De... 'settled'} == {'amount': De... 'settled'}
E         
E         Omitting 2 identical items, use -vv to show
E         Differing items:
E         {'amount': Decimal('10.00')} != {'amount': Decimal('10.01')}
E         
E         Full diff:
E           {
E               'currency': 'EUR',
E         -     'amount': Decimal('10.01'),
E         ?                             ^
E         +     'amount': Decimal('10.00'),
E         ?                             ^
E               'state': 'settled',
E           }

api/refunds/test_partial_refund.py:48: AssertionError
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def request(method, url, **kwargs):
        with sessions.Session() as session:
>           return session.request(method=method, url=url, **kwargs)

/srv/venv/lib/python3.11/site-packages/requests/api.py:59: in request
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

>       resp = self.send(prep, **send_kwargs)

/srv/venv/lib/python3.11/site-packages/requests/sessions.py:589: in request
`;

function testsOf(run) {
  const { progress: counts } = run;
  const done = counts.passed + counts.failed + counts.error + counts.skipped;
  const total = Math.min(run.state === "running" ? done + 1 : done, 1500);
  const tests = [];
  let failed = counts.failed;
  for (let number = 0; number < total; number++) {
    const [file, names] = FILES[Math.floor((number / total) * FILES.length)] ?? FILES[0];
    const name = names[number % names.length];
    const nodeid = number < 24 ? `${file}::${name}` : `${file}::test_case_${number}[${number % 7}]`;
    if (tests.some((test) => test.nodeid === nodeid)) continue;
    const running = run.state === "running" && number === total - 1;
    const bad = !running && failed > 0 && /rounding|retry|_7\d\[/.test(nodeid);
    if (bad) failed -= 1;
    tests.push(
      aTest(
        number,
        nodeid,
        running ? "running" : bad ? "failed" : number % 40 === 9 ? "skipped" : "passed",
      ),
    );
  }
  return tests;
}

export function aTest(number, nodeid, outcome) {
  const bad = outcome === "failed";
  const ended = outcome !== "running";
  const ms = 80 + ((number * 137) % 900);
  return {
    number,
    nodeid,
    outcome,
    duration_ms: ended ? ms : null,
    phases: ended
      ? [
          { name: "setup", outcome: "passed", duration_ms: 12 },
          { name: "call", outcome, duration_ms: ms - 16 },
          { name: "teardown", outcome: "passed", duration_ms: 4 },
        ]
      : [],
    message: bad
      ? "AssertionError: refund amount differs by one cent"
      : outcome === "skipped"
        ? "needs a terminal"
        : null,
    traceback: bad ? TRACEBACK : null,
    sections: bad
      ? [{ name: "Captured log call", text: "WARNING  api:client.py:88 rounding mode not sent\n" }]
      : [],
    log: { from_line: number * 4 + 3, to_line: ended ? number * 4 + 6 : null },
    memory: null,
    started_at: null,
    label: null,
    why: null,
  };
}

const E = "\u001b[";
export function linesOf(test, at) {
  const word = {
    passed: `${E}32;1mPASSED`,
    failed: `${E}31;1mFAILED`,
    skipped: `${E}33mSKIPPED`,
    running: "",
  }[test.outcome];
  const when = iso(at).slice(11, 23);
  const retry =
    test.outcome === "failed"
      ? `${E}31;1mERROR${E}0m ${E}2m${when}${E}0m POST /v2/payments/p_${test.number}c0/void ${E}31m502${E}0m 1,204 ms, retry 1 of 3`
      : `${E}34mINFO${E}0m  ${E}2m${when}${E}0m GET /v2/refunds/r_${test.number} ${E}32m200${E}0m 40 ms, state=${E}35msettled${E}0m`;
  return [
    `${E}34mINFO${E}0m  ${E}2m${when}${E}0m POST /v2/payments/authorize ${E}32m201${E}0m 84 ms`,
    `${E}34mINFO${E}0m  ${E}2m${when}${E}0m seed data ${E}36mfixtures/cards.json${E}0m loaded, 48 cards`,
    retry,
    `${test.nodeid} ${word}${E}0m`,
  ];
}

function logOf(run, tests) {
  if (run.state === "queued") return { lines: [], complete: false };
  const lines = [
    `${E}1m============================= test session starts ==============================${E}0m`,
    `collected ${run.progress.collected} items`,
  ];
  for (const test of tests)
    lines.push(...linesOf(test, Date.parse(run.started_at) + test.number * 400));
  return { lines, complete: run.state === "finished" };
}

export function details(world, run) {
  const log = world.logs.get(run.id);
  const where = env(world, run.environment.id);
  const ahead =
    run.state === "queued"
      ? [where.holder?.run_id, ...where.queue.runs.slice(0, run.position - 1)].filter(Boolean)
      : [];
  return {
    ...run,
    parameters: {},
    variables: {},
    options: { timeout_s: 1800, keyword: "not slow" },
    ahead,
    reruns: run.outcome === "failed" ? [run.id + 40] : [],
    estimated_start_at: null,
    estimated_end_at: run.state === "running" ? iso(now() + 520_000) : null,
    command:
      run.state === "queued" ? [] : ["python", "-m", "pytest", "-k", "not slow", ...run.targets],
    isolation: null,
    isolation_rung: null,
    pruned: [],
    refused: [],
    snapshot: null,
    usage: run.state === "finished" ? { cpu_ms: 48_210, memory_peak_bytes: 211_812_352 } : null,
    log: logInfo(log),
    sources: run.targets
      .filter((target) => target.endsWith(".py"))
      .map((path) => ({ path, sha256: "4be1f0c2a9d84e7f".repeat(4) })),
    attempts: run.started_at
      ? [
          {
            number: 1,
            worker: "runner-1",
            started_at: run.started_at,
            finished_at: run.finished_at,
            outcome: run.outcome,
            reason: run.reason,
          },
        ]
      : [],
  };
}

export function logInfo(log) {
  return {
    lines: log.lines.length,
    bytes: log.lines.reduce((sum, line) => sum + line.length + 1, 0),
    complete: log.complete,
  };
}

const NAMES = ["api", "inventory", "payments", "reports", "sandbox", "smoke", "soak"];

/** One level of the tests root, or what a search finds. */
export function tree(path, q, scenario) {
  const file = (full) => ({
    path: full,
    name: full.split("/").at(-1),
    size: 2100,
    modified_at: iso(now() - 86_400_000),
    sha256: "ab".repeat(32),
  });
  const directory = (full) => ({ path: full, name: full.split("/").at(-1) });
  if (scenario === "empty") return { path: path ?? "", directories: [], files: [], more: false };
  const files = [
    ...FILES.map(([name]) => name),
    "api/orders/test_cancel.py",
    "api/search/test_facets.py",
    "api/users/test_users.py",
    "payments/settlement/test_cutoff.py",
    "reports/test_monthly_close.py",
    "smoke/test_smoke.py",
    "soak/test_reconnect.py",
    ...Array.from({ length: 40 }, (_, i) => `soak/test_${i}.py`),
    "conftest.py",
  ];
  if (q)
    return {
      path: "",
      directories: [],
      files: files.filter((name) => name.toLowerCase().includes(q.toLowerCase())).map(file),
      more: false,
    };
  const prefix = path ? `${path}/` : "";
  const below = files
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const directories = [
    ...new Set([
      ...(path ? [] : NAMES),
      ...below.filter((name) => name.includes("/")).map((name) => name.split("/")[0]),
    ]),
  ];
  if (path && below.length === 0 && !NAMES.includes(path)) return null;
  return {
    path: path ?? "",
    directories: directories.sort().map((name) => directory(prefix + name)),
    files: below
      .filter((name) => !name.includes("/"))
      .sort()
      .map((name) => file(prefix + name)),
    more: false,
  };
}

export function cases(path) {
  const names = FILES.find(([name]) => name === path)?.[1] ?? [
    "test_one",
    "test_two[a/b::c]",
    "TestMore::test_three",
  ];
  if (path.endsWith("conftest.py")) return { items: [], error: null };
  if (path.includes("test_users"))
    return { items: [], error: "ImportError: cannot import name 'users' from 'lab'" };
  return {
    items: names.map((name, index) => ({ nodeid: `${path}::${name}`, line: 10 + index * 8 })),
    error: null,
  };
}

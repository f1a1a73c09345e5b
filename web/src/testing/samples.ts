import type {
  Comment,
  Environment,
  Readiness,
  Run,
  RunDetail,
  Settings,
  Template,
  TestCase,
  UsageSeries,
} from "~/api/types";

const AT = "2026-03-09T12:00:00.000Z";

/** A run with some facts of its own. */
export function aRun(facts: Partial<Run> = {}): Run {
  return {
    id: 1,
    requester: "ann",
    environment: { id: 12, name: "berlin-n" },
    environment_any: null,
    targets: ["api/orders/test_create.py"],
    plans: [],
    template: null,
    state: "queued",
    outcome: null,
    reason: null,
    attempt: 0,
    created_at: AT,
    started_at: facts.state === "queued" || !facts.state ? null : AT,
    finished_at: facts.state === "finished" ? AT : null,
    duration_ms: facts.state === "finished" ? 9000 : null,
    progress: someProgress(),
    position: null,
    waits_for: null,
    start_mode: null,
    start_mode_reason: null,
    rerun_of: null,
    note: null,
    cancel: null,
    comments: 0,
    rerun_count: 0,
    ...facts,
  };
}

export function someProgress(facts: Partial<Run["progress"]> = {}): Run["progress"] {
  return {
    collected: 0,
    passed: 0,
    failed: 0,
    error: 0,
    skipped: 0,
    xfailed: 0,
    xpassed: 0,
    ...facts,
  };
}

/** A run as its own page gets it. */
export function aRunDetail(facts: Partial<RunDetail> = {}): RunDetail {
  return {
    ...aRun(facts),
    parameters: {},
    variables: {},
    options: {},
    ahead: [],
    reruns: [],
    estimated_start_at: null,
    estimated_end_at: null,
    command: ["python", "-m", "pytest", "api/orders/test_create.py"],
    isolation: null,
    isolation_rung: null,
    usage: null,
    log: { lines: 0, bytes: 0, complete: false },
    pruned: [],
    refused: [],
    sources: [],
    snapshot: null,
    attempts: [],
    ...facts,
  };
}

export function aTest(facts: Partial<TestCase> = {}): TestCase {
  return {
    number: 0,
    nodeid: "api/orders/test_create.py::test_create",
    outcome: "passed",
    duration_ms: 310,
    phases: [],
    message: null,
    traceback: null,
    sections: [],
    log: null,
    memory: null,
    started_at: null,
    label: null,
    why: null,
    ...facts,
  };
}

export function aComment(facts: Partial<Comment> = {}): Comment {
  return {
    id: 1,
    nodeid: null,
    author: "ann",
    text: null,
    url: null,
    created_at: AT,
    ...facts,
  };
}

export function noUsage(): UsageSeries {
  return { items: [], limits: null, near: [], total: null };
}

export function anEnvironment(facts: Partial<Environment> = {}): Environment {
  return {
    id: 1,
    name: "berlin-a",
    description: "",
    labels: [],
    maintenance: null,
    state: "free",
    holder: null,
    reservation: null,
    queue: { length: 0, runs: [] },
    variables: {},
    network: "machine",
    ...facts,
  };
}

export function aTemplate(facts: Partial<Template> = {}): Template {
  return {
    name: "regression",
    description: "",
    targets: [],
    plans: [],
    parameters: [],
    variables: {},
    options: {},
    ...facts,
  };
}

/** A server that has what it needs. */
export function allReady(): Readiness {
  const names = ["database", "data_disk", "tests_root", "interpreter", "worker"];
  const checks = names.map((name) => ({ name, ok: true, detail: null }));
  return { ready: true, version: "0.1.0", checks };
}

export function someSettings(): Settings {
  return {
    version: "0.1.0",
    interpreters: [],
    limits: {
      body_bytes: 1_048_576,
      requester_characters: 128,
      name_characters: 128,
      description_bytes: 4096,
      note_bytes: 4096,
      targets: 1000,
      variables: 100,
      variable_bytes: 32_768,
      plans: 1000,
      parameters: 50,
      choices: 100,
      choice_bytes: 1024,
      labels: 50,
      label_bytes: 64,
      comments: 1000,
      upload_bytes: 33_554_432,
      upload_files: 2000,
      reservation_days: 30,
    },
  };
}

// The tests root of the mock: what is in files, what an upload would do, and 50,000 files for the tree.

/** A made-up source of some length. */
export function sourceOf(path) {
  const lines = ["import pytest", "from lab import api", ""];
  for (let i = 1; i <= 40; i++) {
    lines.push('@pytest.mark.parametrize("currency", ["EUR", "JPY"])');
    lines.push(`def test_refund_total_${i}(api, currency):`);
    lines.push(`    order = api.order(total=${i}0, currency=currency)  # as ${path} has it`);
    lines.push("    refund = api.refund(order)", "    assert refund.total == order.total", "");
  }
  return `${lines.join("\n")}\n`;
}

/** The names of a form's files, as far as a mock must know them. */
export function previewOf(form) {
  const directory = /name="directory"\r\n\r\n([^\r]*)/.exec(form)?.[1].replace(/^\.$/, "") ?? "";
  const names = [...form.matchAll(/filename="([^"]*)"/g)].map((found) => found[1]);
  const items = names.map((name, part) => {
    const path = directory ? `${directory}/${name}` : name;
    const facts = { part, path, sha256: "ab".repeat(32), size: 6200 + part * 977, reason: null };
    if (/refund/.test(name)) return { ...facts, verdict: "exists", syntax_error: null };
    if (/conftest/.test(name)) return { ...facts, verdict: "unchanged", syntax_error: null };
    if (/dump/.test(name))
      return {
        ...facts,
        verdict: "refused",
        reason: "over the limit of 32 MiB",
        syntax_error: null,
      };
    const syntax_error = /payout/.test(name)
      ? {
          message: "'(' was never closed",
          line: 41,
          column: 12,
          text: "    total = sum(order.total",
        }
      : null;
    return { ...facts, verdict: "new", syntax_error };
  });
  return { items, left_out: ["__pycache__/x.pyc"], unchecked: null };
}

export function uploadOf(form) {
  const { items, left_out } = previewOf(form);
  const stored = items.map(({ path, sha256, size, verdict, syntax_error }) => ({
    path,
    sha256,
    size,
    replaced: verdict === "exists",
    syntax_error,
  }));
  return { items: stored, left_out, unchecked: null };
}

/** 50 directories with 1,000 files each. */
export function hugeTree(path, q) {
  const entry = (full) => ({ path: full, name: full.split("/").at(-1) });
  const file = (full) => ({
    ...entry(full),
    size: 2100,
    modified_at: new Date().toISOString(),
    sha256: null,
  });
  const two = (number) => String(number).padStart(2, "0");
  const below = (directory) =>
    Array.from({ length: 1000 }, (_, index) => file(`${directory}/test_number_${index}.py`));
  const directories = Array.from({ length: 50 }, (_, index) => entry(`area_${two(index)}`));
  if (q) {
    const found = directories
      .flatMap(({ path: one }) => below(one))
      .filter((one) => one.name.includes(q));
    return { path: "", directories: [], files: found.slice(0, 1000), more: found.length > 1000 };
  }
  if (!path) return { path: "", directories, files: [], more: false };
  return { path, directories: [], files: below(path), more: false };
}

export const plans = [
  { id: 2, name: "Smoke", targets: ["smoke"] },
  { id: 14, name: "Nightly", targets: ["api", "payments", "inventory"] },
  { id: 31, name: "Payments", targets: ["payments", "api/refunds", "api/payments"] },
  {
    id: 40,
    name: "A plan with a name that goes on and on until there is no room for it",
    targets: ["soak"],
  },
];

export const templates = [
  {
    name: "nightly-api",
    description: "All of the API against a fresh lab",
    targets: ["api"],
    plans: [14],
    parameters: [],
    variables: {},
    options: {},
  },
  {
    name: "payments-regression",
    description: "What has to pass before a release of payments",
    targets: ["api/refunds"],
    plans: [31],
    parameters: [
      { name: "INTERFACE", choices: ["REST", "SOAP"], default: "REST", description: "" },
      {
        name: "CURRENCY",
        choices: ["EUR", "JPY", "GBP", "CHF", "USD"],
        default: "EUR",
        description: "The currency of every order",
      },
    ],
    variables: { API_TIMEOUT_S: "30", FEATURE_SETTLE_V2: "on" },
    options: { timeout_s: 1800, keyword: "not slow" },
  },
];

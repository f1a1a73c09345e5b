import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { FIGURE, type Told } from "./told";

/** Prints all figures as one table when everything was measured. */
export default class FiguresReporter implements Reporter {
  readonly #told = new Map<string, Told[]>();
  #failed = 0;

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== "passed") this.#failed += 1;
    process.stderr.write(`${result.status}: ${test.title}\n`);
    for (const error of result.errors) process.stderr.write(`${error.message ?? ""}\n`);
    for (const { type, description } of result.annotations) {
      if (type !== FIGURE || !description) continue;
      const told = JSON.parse(description) as Told;
      this.#told.set(told.what, [...(this.#told.get(told.what) ?? []), told]);
    }
  }

  onEnd(): void {
    const head = ["figure", "unit", "n", "median", "min–max", "aim", "met", "load"];
    const rows = [head, ...[...this.#told.values()].map(rowOf)];
    const widths = head.map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows) {
      process.stdout.write(
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
      );
    }
    if (this.#failed > 0) process.stdout.write(`${this.#failed} could not be measured\n`);
  }
}

function rowOf(told: readonly Told[]): string[] {
  const [first] = told;
  if (!first) return [];
  const values = told.map(({ value }) => value).sort((a, b) => a - b);
  const loads = told.map(({ load }) => load);
  const median = values[Math.floor(values.length / 2)] ?? 0;
  const { most } = first;
  return [
    first.what,
    first.unit,
    String(values.length),
    shown(median),
    `${shown(values[0] ?? 0)}–${shown(values.at(-1) ?? 0)}`,
    most === undefined ? "" : `≤ ${most}`,
    most === undefined ? "" : median <= most ? "yes" : "NO",
    `${Math.min(...loads).toFixed(1)}–${Math.max(...loads).toFixed(1)}`,
  ];
}

function shown(value: number): string {
  if (value === 0) return "0";
  return value < 10 ? value.toPrecision(2) : String(Math.round(value));
}

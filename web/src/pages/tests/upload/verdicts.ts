import type { PreviewedFile, SyntaxFault, UploadPreview } from "~/api/types";
import type { Conflict, Picked } from "~/api/uploads";

/** What would become of a file, under the choice of what happens to files that exist. */
export type Verdict = "new" | "replaces" | "same" | "refused";

export function verdictOf(item: PreviewedFile, onConflict: Conflict): Verdict {
  if (item.verdict === "exists") return onConflict === "replace" ? "replaces" : "refused";
  if (item.verdict === "unchanged") return "same";
  return item.verdict;
}

export const VERDICT_WORDS: Record<Verdict, string> = {
  new: "New",
  replaces: "Replaces",
  same: "Same",
  refused: "Refused",
};

/**
 * The picked files that can be stored. The service stores all of a request or nothing, so refused ones
 * stay here; an archive goes as a whole or not at all.
 */
export function sendable(
  preview: UploadPreview,
  files: readonly Picked[],
  onConflict: Conflict,
): Picked[] {
  const byPart = new Map<number, Verdict[]>();
  for (const item of preview.items) {
    const verdicts = byPart.get(item.part) ?? [];
    byPart.set(item.part, verdicts);
    verdicts.push(verdictOf(item, onConflict));
  }
  return files.filter((_, part) => {
    const verdicts = byPart.get(part) ?? [];
    const changes = verdicts.some((verdict) => verdict === "new" || verdict === "replaces");
    // Without leave to replace, the service refuses the same bytes too.
    const same = onConflict === "refuse" && verdicts.includes("same");
    return changes && !verdicts.includes("refused") && !same;
  });
}

/** Why a file has this verdict, or what else there is to know of it. */
export function noteOf(item: PreviewedFile, verdict: Verdict): string {
  if (verdict === "same") return "same bytes, nothing to store";
  if (verdict === "refused") return item.reason ?? "exists already";
  return "";
}

/** `line 41: '(' was never closed`. */
export function faultInWords({ line, message }: SyntaxFault): string {
  return line ? `line ${line}: ${message}` : message;
}

/** How much of each file has left, when the files leave one after the other. */
export function shares(files: readonly Picked[], bytes: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  let before = 0;
  for (const { id, file } of files) {
    const size = Math.max(1, file.size);
    found.set(id, Math.min(1, Math.max(0, (bytes - before) / size)));
    before += size;
  }
  return found;
}

/** Of these files, those that can be run: tests by their names, else any module. */
export function runnable(paths: readonly string[]): string[] {
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const tests = paths.filter((path) => /^test_.*\.py$|_test\.py$/.test(name(path)));
  if (tests.length > 0) return tests;
  return paths.filter(
    (path) => /\.py$/.test(path) && !/^(conftest|__init__)\.py$/.test(name(path)),
  );
}

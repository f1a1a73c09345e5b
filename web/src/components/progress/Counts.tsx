import type { Progress } from "~/api/types";
import { formatNumber } from "~/model/words";
import classes from "./Counts.module.css";

type Part = { word: string; value: number; loud: boolean };

/** How test cases ended: the bad first and loud, nothing that is zero. */
export function Counts({ progress }: { progress: Progress }) {
  return (
    <span className={classes.counts}>
      {partsOf(progress).map(({ word, value, loud }) => (
        <span key={word} className={classes.part} data-loud={loud || undefined}>
          {formatNumber(value)} {word}
        </span>
      ))}
    </span>
  );
}

export function partsOf(progress: Progress): Part[] {
  const errors = progress.error === 1 ? "error" : "errors";
  return [
    { word: "failed", value: progress.failed, loud: true },
    { word: errors, value: progress.error, loud: true },
    { word: "passed", value: progress.passed, loud: false },
    { word: "passed unexpectedly", value: progress.xpassed, loud: false },
    { word: "skipped", value: progress.skipped, loud: false },
    { word: "failed as expected", value: progress.xfailed, loud: false },
  ].filter((part) => part.value > 0);
}

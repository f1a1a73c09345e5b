import type { Progress } from "~/api/types";
import { badOf, doneOf } from "~/model/run";
import classes from "./ProgressBar.module.css";

type Props = { progress: Progress; running?: number; tall?: boolean };

/** Failed, passed, running, rest: failures sit at one place, and none is too small to be seen. */
export function ProgressBar({ progress, running = 0, tall = false }: Props) {
  const all = Math.max(progress.collected, doneOf(progress) + running);
  const bad = badOf(progress);
  const good = doneOf(progress) - bad;
  if (all === 0) return <span className={classes.bar} data-tall={tall || undefined} />;
  const width = (value: number) => ({ width: `${(value / all) * 100}%` });
  return (
    <span className={classes.bar} data-tall={tall || undefined} aria-hidden="true">
      {bad > 0 && <span className={classes.part} data-part="failed" style={width(bad)} />}
      {good > 0 && <span className={classes.part} data-part="passed" style={width(good)} />}
      {running > 0 && <span className={classes.part} data-part="running" style={width(running)} />}
    </span>
  );
}

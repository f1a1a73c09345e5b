import { formatBytes } from "~/model/words";
import classes from "./LeakTab.module.css";

type Props = { memory: readonly number[]; slope: number };

const WIDTH = 800;
const HEIGHT = 200;
const MARGIN = 6;

/** The memory of the process after each iteration, and the line of the slope through its middle. */
export function LeakCurve({ memory, slope }: Props) {
  const least = Math.min(...memory);
  // A flat series lies at the bottom instead of filling the height with its noise.
  const span = Math.max(Math.max(...memory) - least, 64 * 1024);
  const steps = Math.max(1, memory.length - 1);
  const x = (at: number) => MARGIN + (at / steps) * (WIDTH - 2 * MARGIN);
  const y = (bytes: number) => HEIGHT - MARGIN - ((bytes - least) / span) * (HEIGHT - 2 * MARGIN);
  const points = memory.map((bytes, at) => `${x(at).toFixed(1)},${y(bytes).toFixed(1)}`);
  const offsets = memory.map((bytes, at) => bytes - slope * at).sort((a, b) => a - b);
  const start = offsets[Math.floor(offsets.length / 2)] ?? 0;
  const last = memory.at(-1) ?? 0;
  return (
    <figure className={classes.curve}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Memory after each of ${memory.length} iterations, from ${formatBytes(memory[0] ?? 0)} to ${formatBytes(last)}`}
      >
        <line
          className={classes.slope}
          x1={x(0)}
          y1={y(start)}
          x2={x(steps)}
          y2={y(start + slope * steps)}
        />
        <polyline className={classes.line} points={points.join(" ")} />
      </svg>
      <figcaption className={classes.axis}>
        <span>Iteration 1: {formatBytes(memory[0] ?? 0)}</span>
        <span>
          Iteration {memory.length}: {formatBytes(last)}
        </span>
      </figcaption>
    </figure>
  );
}

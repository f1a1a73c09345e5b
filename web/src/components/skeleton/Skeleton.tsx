import { useEffect, useState } from "react";
import classes from "./Skeleton.module.css";

const PATIENCE_MS = 150;
const WIDTHS = [46, 72, 38, 58, 64, 42, 52, 68];

type Props = { rows?: number; height?: number; label?: string };

/** Grey rows in the shape of rows; only when the answer takes longer than the eye. */
export function SkeletonRows({ rows = 12, height = 34, label = "Loading" }: Props) {
  const late = useLate();
  if (!late) return null;
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
        <div key={index} className={classes.row} style={{ height }}>
          <span className={classes.block} style={{ width: 64 }} />
          <span className={classes.block} style={{ width: 44 }} />
          <span
            className={classes.block}
            style={{ width: `${(WIDTHS[index % WIDTHS.length] ?? 50) / 2}%` }}
          />
          <span className={classes.block} style={{ width: 56, marginLeft: "auto" }} />
        </div>
      ))}
    </div>
  );
}

/** True after the time that a person does not notice. */
export function useLate(): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

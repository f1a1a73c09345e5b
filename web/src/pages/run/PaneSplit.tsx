import { type ReactNode, useRef, useState } from "react";
import { KEYS, keep, read } from "~/platform/remembered";
import classes from "./RunPage.module.css";

const LEAST = 320;
const MOST = 640;
const USUAL = 432;

/** Two panes with a border that can be moved, by mouse and by keys. */
export function PaneSplit({ left, right }: { left: ReactNode; right: ReactNode }) {
  const [width, setWidth] = useState(() => clamp(Number(read(KEYS.paneWidth)) || USUAL));
  const start = useRef<{ x: number; width: number } | null>(null);
  const set = (next: number) => {
    setWidth(clamp(next));
    keep(KEYS.paneWidth, String(clamp(next)));
  };
  return (
    <div className={classes.split} style={{ gridTemplateColumns: `${width}px 0 minmax(0, 1fr)` }}>
      <div className={classes.pane}>{left}</div>
      <div
        role="separator"
        tabIndex={0}
        aria-label="Width of the tests"
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        className={classes.handle}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = { x: event.clientX, width };
        }}
        onPointerMove={(event) => {
          if (start.current) set(start.current.width + event.clientX - start.current.x);
        }}
        onPointerUp={() => {
          start.current = null;
        }}
        onDoubleClick={() => set(USUAL)}
        onKeyDown={(event) => {
          if (event.key === "ArrowLeft") set(width - 16);
          if (event.key === "ArrowRight") set(width + 16);
        }}
      />
      <div className={classes.pane}>{right}</div>
    </div>
  );
}

function clamp(width: number): number {
  return Math.min(MOST, Math.max(LEAST, Math.round(width)));
}

import { type ReactNode, useRef } from "react";
import { useLate } from "~/components/skeleton/Skeleton";
import classes from "./EnvironmentsPage.module.css";

/** Tiles in rows of ten; arrow keys go from one to the next. */
export function Board({ label, children }: { label: string; children: ReactNode }) {
  const board = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const columns = getComputedStyle(board.current ?? document.body)
      .gridTemplateColumns.split(" ")
      .filter(Boolean).length;
    const step = steps[event.key] ?? { ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step || event.altKey || event.metaKey || event.ctrlKey) return;
    const tiles = [...(board.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const next = tiles[tiles.indexOf(document.activeElement as HTMLElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <section ref={board} className={classes.board} aria-label={label} onKeyDown={onKeyDown}>
      {children}
    </section>
  );
}

const USUAL = Array.from({ length: 100 }, (_, index) => index);

/** The places of the tiles, where the answer takes longer than the eye. */
export function SkeletonBoard({ label }: { label: string }) {
  if (!useLate()) return null;
  return (
    <div className={classes.board} role="status" aria-label={label}>
      {USUAL.map((at) => (
        <span key={at} className={classes.blank} />
      ))}
    </div>
  );
}

import type { ReactNode } from "react";
import classes from "./Figure.module.css";

/** A row of figures: each a name, a value and a note. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.figures}>{children}</dl>;
}

type Props = { name: string; note?: ReactNode; children: ReactNode };

export function Figure({ name, note, children }: Props) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        <span className={classes.value}>{children}</span>
        {note && <span className={classes.note}>{note}</span>}
      </dd>
    </div>
  );
}

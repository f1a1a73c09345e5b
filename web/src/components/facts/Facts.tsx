import type { ReactNode } from "react";
import classes from "./Facts.module.css";

type BlockProps = { title: string; note?: ReactNode; children: ReactNode };

/** Facts of one kind below a heading. */
export function Block({ title, note, children }: BlockProps) {
  return (
    <section className={classes.block}>
      <div className={classes.head}>
        <h2>{title}</h2>
        {note && <span className={classes.quiet}>{note}</span>}
      </div>
      {children}
    </section>
  );
}

type PairsProps = { pairs: readonly (readonly [string, ReactNode])[]; mono?: boolean };

/** Names and values, without those that have none. */
export function Pairs({ pairs, mono = false }: PairsProps) {
  return (
    <dl>
      {pairs
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} className={classes.pair}>
            <dt className={mono ? "mono" : undefined}>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

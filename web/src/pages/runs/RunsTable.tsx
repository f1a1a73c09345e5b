import { useElementScrollRestoration } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import { RunCard, RunRow } from "./RunRow";
import classes from "./RunsTable.module.css";
import type { Row } from "./rows";

type Props = {
  rows: readonly Row[];
  phone: boolean;
  selected: ReadonlySet<number>;
  /** Every run shows its box, also while none is selected. */
  picking: boolean;
  current: number | null;
  scroller: RefObject<HTMLDivElement | null>;
  more: boolean;
  onMore: () => void;
  onSelect: (id: number, range: boolean) => void;
  /** The focus went to the link of a run. */
  onFocus: (id: number) => void;
  onScrolled: (away: boolean) => void;
  onPointer: (inside: boolean) => void;
};

const SIZES = { group: 31, run: 34, card: 90, head: 30 };

/** The runs, of which only those in sight are drawn. */
export function RunsTable(props: Props) {
  const { rows, phone, selected, picking, current, scroller, more, onMore, onScrolled } = props;
  const restored = useElementScrollRestoration({ id: "runs" });
  const head = phone ? 0 : SIZES.head;
  const size = phone ? SIZES.card : SIZES.run;
  // Another function makes the virtualizer look at every row: it is another one with other rows, not with each scroll.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are looked at anew.
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows, size]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === "group" ? SIZES.group : size),
    getItemKey: keyOf,
    overscan: 10,
    scrollMargin: head,
    scrollPaddingStart: head + SIZES.group,
    initialOffset: restored?.scrollY ?? 0,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (more && last >= rows.length - 20) onMore();
  }, [more, last, rows.length, onMore]);

  useShowCurrent(current, rows, virtual.scrollToIndex);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where the pointer and the focus are.
    <div
      ref={scroller}
      className={classes.scroller}
      data-scroll-restoration-id="runs"
      onScroll={(event) => onScrolled(event.currentTarget.scrollTop > 4)}
      onFocus={(event) => {
        const id = Number(event.target.dataset.run);
        if (id) props.onFocus(id);
      }}
      onPointerEnter={(event) => event.pointerType === "mouse" && props.onPointer(true)}
      onPointerLeave={() => props.onPointer(false)}
    >
      <div role="table" aria-label="Runs" aria-rowcount={more ? -1 : rows.length + 1}>
        <div role="rowgroup">
          <div role="row" className={classes.head}>
            <div role="columnheader">
              <span className="visually-hidden">Selected</span>
            </div>
            <div role="columnheader">State</div>
            <div role="columnheader">Run</div>
            <div role="columnheader">What</div>
            <div role="columnheader" className={classes.environmentHead}>
              Environment
            </div>
            <div role="columnheader" className={classes.requester}>
              Requester
            </div>
            <div role="columnheader">Progress</div>
            <div role="columnheader" className={classes.created}>
              Created
            </div>
            <div role="columnheader" className={classes.duration}>
              Duration
            </div>
          </div>
        </div>
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={item.key}
                role="presentation"
                className={classes.place}
                style={{ height: item.size, transform: `translateY(${item.start - head}px)` }}
              >
                {row.type === "group" ? (
                  <div role="row" className={classes.group}>
                    <div role="cell">
                      <h2 className={classes.groupName}>{row.label}</h2>{" "}
                      <span className={classes.groupCount}>{row.count}</span>
                    </div>
                  </div>
                ) : (
                  <RunLine
                    phone={phone}
                    run={row.run}
                    selected={selected.has(row.run.id)}
                    selecting={picking || selected.size > 0}
                    current={current === row.run.id}
                    onSelect={props.onSelect}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function RunLine({ phone, ...props }: { phone: boolean } & Parameters<typeof RunRow>[0]) {
  return phone ? <RunCard {...props} /> : <RunRow {...props} />;
}

/** Brings the run that the keys chose into sight, and the focus to its link. */
function useShowCurrent(
  current: number | null,
  rows: readonly Row[],
  scrollTo: (index: number, options: { align: "auto" }) => void,
) {
  const latest = useRef(rows);
  latest.current = rows;
  useEffect(() => {
    if (current === null) return;
    const index = latest.current.findIndex((row) => row.type === "run" && row.run.id === current);
    if (index < 0) return;
    scrollTo(index, { align: "auto" });
    const frame = requestAnimationFrame(() => {
      document
        .querySelector<HTMLElement>(`[data-run="${current}"]`)
        ?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [current, scrollTo]);
}

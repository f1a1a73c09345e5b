import { IconArrowDown } from "@tabler/icons-react";
import {
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { formatNumber } from "~/model/words";
import { LogRow } from "./LogRow";
import classes from "./LogView.module.css";
import type { LogPages } from "./pages";
import { type Anchor, isEndInSight, spacerHeight } from "./scroll";
import { type LogControl, useLogScroll } from "./useLogScroll";

export type LineRange = { from: number; to: number };

type Props = {
  pages: LogPages;
  label: string;
  /** True while lines may still come. */
  growing: boolean;
  wrap: boolean;
  times: boolean;
  /** Lines named by the address. */
  linked: LineRange | null;
  /** Lines of the selected test. */
  tinted: LineRange | null;
  find: RegExp | null;
  currentHit: number | null;
  control: RefObject<LogControl | null>;
  onLink: (from: number, to: number) => void;
};

export function LogView(props: Props) {
  const { pages, growing, wrap, times, linked, tinted, find, currentHit, onLink } = props;
  useSyncExternalStore(pages.subscribe, pages.version);
  const total = pages.info.lines;
  const [start] = useState(() => startOf(linked, tinted, growing));
  const { scroller, lines, anchor, measures, shown, follow, onScroll, onKeyDown } = useLogScroll({
    totalFor: (following) => pages.total(following),
    wrap,
    start,
    control: props.control,
  });
  const atEnd = anchor.at === "end";
  const unseen = useUnseen(atEnd, total);

  useLayoutEffect(
    () => pages.want(shown.from, shown.to, atEnd),
    [pages, shown.from, shown.to, atEnd],
  );

  const onClick = (event: React.MouseEvent) => {
    const target = event.target as HTMLElement;
    const number = Number(target.closest<HTMLElement>("[data-line]")?.dataset.line);
    if (!number) return;
    event.preventDefault();
    if (event.shiftKey && linked) {
      onLink(Math.min(linked.from, number), Math.max(linked.to, number));
    } else onLink(number, number);
  };

  const rows = [];
  for (let number = shown.from; number <= shown.to; number++) {
    rows.push(
      <LogRow
        key={number}
        number={number}
        line={pages.line(number)}
        times={times}
        mark={within(linked, number) ? "linked" : within(tinted, number) ? "test" : null}
        find={find}
        current={currentHit === number}
      />,
    );
  }

  return (
    <div className={classes.frame} data-wrap={wrap || undefined} data-times={times || undefined}>
      <section
        ref={scroller}
        className={classes.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={props.label}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className={classes.spacer} style={{ height: spacerHeight(measures) }}>
          <div className={classes.window} style={{ height: measures.view }}>
            <div
              ref={lines}
              className={classes.lines}
              style={
                { "--digits": String(Math.max(3, String(total).length)) } as React.CSSProperties
              }
            >
              {rows}
            </div>
          </div>
        </div>
      </section>
      <FollowPill
        growing={growing}
        atEnd={atEnd}
        endInSight={atEnd || isEndInSight(anchor, measures)}
        total={total}
        unseen={unseen}
        onFollow={follow}
      />
      {pages.failed && (
        <p className={classes.failed} role="status">
          Some lines could not be fetched. Trying again.
        </p>
      )}
    </div>
  );
}

type PillProps = {
  growing: boolean;
  atEnd: boolean;
  endInSight: boolean;
  total: number;
  unseen: number;
  onFollow: () => void;
};

function FollowPill({ growing, atEnd, endInSight, total, unseen, onFollow }: PillProps) {
  if (total === 0 || (!growing && endInSight)) return null;
  if (growing && atEnd) {
    return (
      <p className={classes.pill} data-following>
        <span className={classes.dot} />
        Following <span className={classes.pillNote}>line {formatNumber(total)}</span>
      </p>
    );
  }
  return (
    <button
      type="button"
      className={classes.pill}
      data-quiet={!growing || undefined}
      onClick={onFollow}
    >
      <IconArrowDown size={14} />
      {growing ? "Follow" : "To the end"}
      <span className={classes.pillNote}>
        {growing && unseen > 0
          ? `${formatNumber(unseen)} new ${unseen === 1 ? "line" : "lines"}`
          : `line ${formatNumber(total)}`}
      </span>
    </button>
  );
}

function startOf(linked: LineRange | null, tinted: LineRange | null, growing: boolean): Anchor {
  const range = linked ?? tinted;
  if (range) return { at: "line", line: Math.max(1, range.from - 3) };
  return growing ? { at: "end" } : { at: "line", line: 1 };
}

/** How many lines came since the end was left. */
function useUnseen(atEnd: boolean, total: number): number {
  const seen = useRef(total);
  useEffect(() => {
    if (atEnd) seen.current = total;
  }, [atEnd, total]);
  return atEnd ? 0 : Math.max(0, total - seen.current);
}

function within(range: LineRange | null, number: number): boolean {
  return range !== null && number >= range.from && number <= range.to;
}

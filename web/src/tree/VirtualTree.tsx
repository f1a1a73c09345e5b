import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import classes from "./VirtualTree.module.css";

/** What the tree must know of a row; the rest is the caller's. */
export type TreeRow = {
  key: string;
  level: number;
  height?: number;
  /** Absent on rows that cannot be opened. */
  expanded?: boolean | undefined;
  checked?: boolean | "mixed" | undefined;
  selected?: boolean | undefined;
  /** A heading: read, not chosen. */
  heading?: boolean;
};

export type TreeControl = { scrollTo: (key: string) => void };

type Props<Row extends TreeRow> = {
  rows: readonly Row[];
  label: string;
  multiple?: boolean;
  /** The selected row by its key, where rows do not say it themselves. */
  selectedKey?: string | null;
  render: (row: Row) => ReactNode;
  onToggle: (row: Row, open: boolean) => void;
  /** Enter, or a click on the row. */
  onChoose: (row: Row) => void;
  /** Space; without it space chooses. */
  onCheck?: (row: Row) => void;
  onPointer?: (inside: boolean) => void;
  control?: RefObject<TreeControl | null>;
};

const ROW_PX = 26;
/** What a finger needs. */
const TOUCH = "(max-width: 767px) and (pointer: coarse)";
const TOUCH_PX = 40;

/**
 * A tree as a flat list of its visible rows, of which only those in sight are drawn.
 * The container has the focus and names the active row, so that rows may come and go.
 */
export function VirtualTree<Row extends TreeRow>(props: Props<Row>) {
  const { rows, label, multiple = false, render, onToggle, onChoose, onCheck } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  // Another function makes the virtualizer look at every row: it is another one with other rows, not with each scroll.
  const least = useMediaQuery(TOUCH, false, { getInitialValueInEffect: false }) ? TOUCH_PX : 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are looked at anew.
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows, least]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return Math.max(row?.heading ? 0 : least, row?.height ?? ROW_PX);
    },
    getItemKey: keyOf,
    overscan: 12,
  });
  const activeIndex = useMemo(() => rows.findIndex((row) => row.key === active), [rows, active]);

  const moveTo = (index: number) => {
    const step = index >= activeIndex ? 1 : -1;
    let at = Math.min(rows.length - 1, Math.max(0, index));
    while (rows[at]?.heading && rows[at + step]) at += step;
    const row = rows[at];
    if (!row || row.heading) return;
    setActive(row.key);
    virtual.scrollToIndex(at, { align: "auto" });
  };
  useImperativeHandle(props.control, () => ({
    scrollTo: (key) => {
      const index = rows.findIndex((row) => row.key === key);
      if (index < 0) return;
      setActive(key);
      virtual.scrollToIndex(index, { align: "auto" });
    },
  }));

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const row = rows[activeIndex];
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex < 0 ? 0 : activeIndex - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      PageDown: () => moveTo(activeIndex + 15),
      PageUp: () => moveTo(activeIndex - 15),
      ArrowRight: () => {
        if (row?.expanded === false) onToggle(row, true);
        else if (row?.expanded) moveTo(activeIndex + 1);
      },
      ArrowLeft: () => {
        if (row?.expanded) onToggle(row, false);
        else if (row) moveTo(parentOf(rows, activeIndex));
      },
      Enter: () => row && onChoose(row),
      " ": () => row && (onCheck ?? onChoose)(row),
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const items = virtual.getVirtualItems();
  const drawn = items.some((item) => item.index === activeIndex);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      onPointerEnter={(event) => event.pointerType === "mouse" && props.onPointer?.(true)}
      onPointerLeave={() => props.onPointer?.(false)}
    >
      <div
        role="tree"
        aria-label={label}
        aria-multiselectable={multiple || undefined}
        aria-activedescendant={drawn ? `${id}-${activeIndex}` : undefined}
        tabIndex={0}
        className={classes.tree}
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
        onFocus={() => activeIndex < 0 && moveTo(0)}
      >
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const selected = row.selected ?? row.key === props.selectedKey;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys.
            <div
              key={item.key}
              id={`${id}-${item.index}`}
              role="treeitem"
              aria-level={row.level}
              aria-expanded={row.expanded}
              aria-checked={row.checked}
              aria-selected={row.checked === undefined ? selected : undefined}
              className={classes.row}
              data-active={row.key === active || undefined}
              data-selected={selected || undefined}
              data-heading={row.heading || undefined}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              onClick={() => {
                if (row.heading) return;
                setActive(row.key);
                onChoose(row);
              }}
            >
              {render(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The nearest row above that is one level further out. */
function parentOf(rows: readonly TreeRow[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let at = index - 1; at >= 0; at--) {
    if ((rows[at]?.level ?? 0) < level && !rows[at]?.heading) return at;
  }
  return index;
}

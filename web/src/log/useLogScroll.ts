import {
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import {
  type Anchor,
  anchorOf,
  END_ROOM_PX,
  isExact,
  lastTop,
  type Measures,
  scrollTopOf,
  windowOf,
} from "./scroll";

export const LINE_PX = 20;

/** What the toolbar may ask of the log. */
export type LogControl = {
  /** Brings a line near the top of the view. */
  show: (line: number) => void;
  follow: () => void;
};

type Options = {
  /** How many lines there are to draw, for one who follows the end or not. */
  totalFor: (following: boolean) => number;
  wrap: boolean;
  start: Anchor;
  control: RefObject<LogControl | null>;
};

/** While the finger or the wheel moves, the scrollbar belongs to the person. */
const SCROLLING_MS = 160;

/**
 * Keeps a window of lines under a scrollbar. The truth is the anchor (a line, or the end);
 * the scrollbar of a spacer is only its picture, scaled when the log is taller than an element can be.
 */
export function useLogScroll({ totalFor, wrap, start, control }: Options) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<Anchor>(start);
  const [view, setView] = useState(600);
  const [wrapped, setWrapped] = useState(LINE_PX);
  const shift = useRef(0);
  const placed = useRef(-1);
  const scrolledAt = useRef(0);

  const total = totalFor(anchor.at === "end");
  const lineHeight = wrap ? wrapped : LINE_PX;
  const measures: Measures = { total, lineHeight, view };
  const native = !wrap && isExact(measures);
  const shown = windowOf(anchor, measures);

  const show = useCallback((line: number) => {
    scrolledAt.current = 0;
    setAnchor({ at: "line", line: Math.max(1, line - 3) });
  }, []);
  const follow = useCallback(() => {
    scrolledAt.current = 0;
    setAnchor({ at: "end" });
  }, []);
  useImperativeHandle(control, () => ({ show, follow }), [show, follow]);

  /** Moves by pixels of text, whatever a pixel of the scrollbar is worth. */
  const moveBy = (px: number) => {
    const layer = lines.current;
    if (!layer) return;
    const top = -shift.current + px;
    if (shown.to === total && top + view >= layer.offsetHeight + END_ROOM_PX) follow();
    else {
      const line = lineAt(layer, top, shown.from, lineHeight);
      const last = wrap ? total : lastTop(measures);
      setAnchor({ at: "line", line: Math.min(Math.max(1, line), Math.max(1, last)) });
    }
  };
  const leaveEnd = () => {
    if (anchor.at === "end") moveBy(-1);
  };

  const latest = useRef({ moveBy, leaveEnd, native });
  latest.current = { moveBy, leaveEnd, native };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        return;
      if (latest.current.native) {
        // Growth must not pull back somebody who has just begun to scroll up.
        if (event.deltaY < 0) latest.current.leaveEnd();
        return;
      }
      event.preventDefault();
      latest.current.moveBy(event.deltaMode === 1 ? event.deltaY * LINE_PX : event.deltaY);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => element.clientHeight > 0 && setView(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // After every drawing: put the lines where the anchor wants them, and the scrollbar where it belongs.
  useLayoutEffect(() => {
    const layer = lines.current;
    const element = scroller.current;
    if (!layer || !element) return;
    shift.current = shiftFor(layer, anchor, shown.from, view);
    layer.style.transform = `translateY(${shift.current}px)`;
    const wanted = scrollTopOf(anchor, measures);
    const scrolling = performance.now() - scrolledAt.current < SCROLLING_MS;
    if ((anchor.at === "end" || !scrolling) && Math.abs(element.scrollTop - wanted) > 1) {
      element.scrollTop = wanted;
      placed.current = element.scrollTop;
    }
    if (wrap && layer.childElementCount > 10) {
      const average = layer.offsetHeight / layer.childElementCount;
      // A new average moves the scrollbar: only a clear difference is worth it.
      if (!scrolling && average > 0 && Math.abs(average - wrapped) > wrapped * 0.3) {
        setWrapped(average);
      }
    }
  });

  const onScroll = () => {
    const element = scroller.current;
    if (!element || Math.abs(element.scrollTop - placed.current) < 2) return;
    placed.current = -1;
    scrolledAt.current = performance.now();
    setAnchor(anchorOf(element.scrollTop, measures));
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) {
      return;
    }
    const moves: Record<string, () => void> = {
      ArrowDown: () => moveBy(LINE_PX),
      ArrowUp: () => moveBy(-LINE_PX),
      PageDown: () => moveBy(view - 2 * LINE_PX),
      PageUp: () => moveBy(2 * LINE_PX - view),
      " ": () => moveBy((view - 2 * LINE_PX) * (event.shiftKey ? -1 : 1)),
      Home: () => show(1),
      End: follow,
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    scrolledAt.current = 0;
    move();
  };

  return { scroller, lines, anchor, measures, shown, show, follow, onScroll, onKeyDown };
}

/** How far the drawn lines are moved, so that the anchor's line is at the top or the end at the bottom. */
function shiftFor(layer: HTMLElement, anchor: Anchor, from: number, view: number): number {
  const end = Math.min(0, view - END_ROOM_PX - layer.offsetHeight);
  if (anchor.at === "end") return end;
  const row = layer.children[Math.floor(anchor.line) - from];
  if (!(row instanceof HTMLElement)) return 0;
  return -(row.offsetTop + (anchor.line % 1) * row.offsetHeight);
}

/** The line (with its part) at `top` pixels of the drawn lines. */
function lineAt(layer: HTMLElement, top: number, from: number, lineHeight: number): number {
  if (top < 0) return from + top / lineHeight;
  const rows = layer.children;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as HTMLElement;
    const bottom = row.offsetTop + row.offsetHeight;
    if (bottom > top) return from + i + (top - row.offsetTop) / Math.max(1, row.offsetHeight);
  }
  return from + rows.length + (top - layer.offsetHeight) / lineHeight;
}

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { Pieces } from "~/components/code/Pieces";
import { highlightPython } from "~/components/code/python";
import classes from "./SourceView.module.css";

type Props = { text: string; name: string; line: number | null };

const LINE_PX = 20;

/** The text of a file with line numbers; only the lines in sight are drawn. */
export function SourceView({ text, name, line }: Props) {
  const lines = useMemo(() => text.replace(/\n$/, "").split("\n"), [text]);
  const widest = useMemo(
    () => lines.reduce((most, each) => Math.max(most, each.length), 0),
    [lines],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  });
  useEffect(() => {
    if (line) virtual.scrollToIndex(line - 1, { align: "center" });
  }, [line, virtual]);
  const python = /\.pyi?$/.test(name);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
    <section ref={scroller} className={classes.view} aria-label={`Text of ${name}`} tabIndex={0}>
      <div
        className={classes.lines}
        style={{ height: virtual.getTotalSize() + 12, minWidth: `calc(${widest}ch + 80px)` }}
      >
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            className={classes.line}
            data-chosen={index + 1 === line || undefined}
            style={{ transform: `translateY(${start + 6}px)` }}
          >
            <span className={classes.number}>{index + 1}</span>
            <span>
              {python ? (
                <Pieces pieces={highlightPython(lines[index] ?? "")} />
              ) : (
                lines[index] || "\u00a0"
              )}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}

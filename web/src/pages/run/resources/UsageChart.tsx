import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clock } from "~/model/time";
import { formatBytes } from "~/model/words";
import { isBad } from "../nodeid";
import type { Columns, Span } from "./series";

type Props = {
  columns: Columns;
  spans: readonly Span[];
  /** The limit of memory, drawn when the run came near it. */
  limit: number | null;
  /** Told the time under the pointer, in seconds, and how far a finger misses; null when it left. */
  onTime: (at: { seconds: number; reach: number } | null) => void;
};

const HEIGHT = 260;
const LANE = 9;
const GAP = 6;
/** Pixels that a pointer may miss a short test by. */
const MISS = 3;

/** Processor and memory over time, with the tests as bars below them. */
export default function UsageChart({ columns, spans, limit, onTime }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef({ columns, spans, limit, onTime });
  shown.current = { columns, spans, limit, onTime };
  const scheme = useComputedColorScheme();
  const lanes = Math.max(1, ...spans.map(({ lane }) => lane + 1));

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const colours = coloursOf(element, scheme);
    const made = new uPlot(
      options(element.clientWidth, lanes, colours, shown),
      dataOf(shown.current.columns),
      element,
    );
    plot.current = made;
    const sizes = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: heightOf(lanes) }),
    );
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, lanes]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the bars are drawn with the data.
  useEffect(() => {
    plot.current?.setData(dataOf(columns));
  }, [columns, spans, limit]);

  return <div ref={box} style={{ height: heightOf(lanes) }} aria-hidden="true" />;
}

function heightOf(lanes: number): number {
  return HEIGHT + lanes * LANE + GAP;
}

function dataOf({ at, cpu, memory }: Columns): uPlot.AlignedData {
  return [at, memory, cpu];
}

type Colours = Record<
  "memory" | "tint" | "cpu" | "line" | "text" | "passed" | "failed" | "running" | "quiet" | "limit",
  string
> & { font: string };

/** The colours of the theme, as a canvas takes them. */
function coloursOf(element: HTMLElement, scheme: string): Colours {
  const probe = document.createElement("span");
  probe.dataset.scheme = scheme;
  element.append(probe);
  const of = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    memory: of("--running-fill"),
    tint: of("--running-tint"),
    cpu: of("--timeout"),
    line: of("--line"),
    text: of("--text-3"),
    passed: of("--passed-fill"),
    failed: of("--failed-fill"),
    running: of("--running-fill"),
    quiet: of("--muted"),
    limit: of("--failed"),
    font: `12px ${getComputedStyle(element).fontFamily}`,
  };
  probe.remove();
  return colours;
}

type Shown = { current: Props };

function options(width: number, lanes: number, colours: Colours, shown: Shown): uPlot.Options {
  const axis = {
    stroke: colours.text,
    font: colours.font,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1, size: 4 },
  };
  return {
    width,
    height: heightOf(lanes),
    padding: [8, 4, lanes * LANE + GAP, 4],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, range: (_, __, max) => [0, Math.max(max, 1)] },
      memory: { range: (_, __, max) => [0, memoryTop(max, shown.current.limit)] },
      cpu: { range: (_, __, max) => [0, Math.max(100, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        incrs: STEPS,
        values: (_, times) => times.map((time) => clock(time * 1000)),
      },
      {
        ...axis,
        scale: "memory",
        size: 72,
        values: (_, bytes) => bytes.map(formatBytes),
        incrs: POWERS,
      },
      {
        ...axis,
        scale: "cpu",
        side: 1,
        size: 56,
        grid: { show: false },
        values: (_, shares) => shares.map((share) => `${share} %`),
      },
    ],
    series: [
      {},
      {
        scale: "memory",
        stroke: colours.memory,
        fill: colours.tint,
        width: 2,
        points: { show: false },
      },
      { scale: "cpu", stroke: colours.cpu, width: 1.5, dash: [4, 3], points: { show: false } },
    ],
    hooks: {
      draw: [
        (plot) => drawLimit(plot, shown.current.limit, colours),
        (plot) => drawSpans(plot, shown.current.spans, colours),
      ],
      setCursor: [
        (plot) => {
          const { left } = plot.cursor;
          if (left === undefined || left === null || left < 0) return shown.current.onTime(null);
          const seconds = plot.posToVal(left, "x");
          shown.current.onTime({ seconds, reach: plot.posToVal(left + MISS, "x") - seconds });
        },
      ],
    },
  };
}

/** Seconds between marks that a clock has too. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];

/** From 1 KiB: an axis of bytes has steps that people know. */
const POWERS = Array.from({ length: 32 }, (_, power) => 2 ** (power + 10));

function memoryTop(most: number, limit: number | null): number {
  return Math.max(most * 1.15, limit === null ? 0 : limit * 1.05, 2 ** 20);
}

function drawLimit(plot: uPlot, limit: number | null, colours: Colours): void {
  if (limit === null) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(limit, "memory", true);
  ctx.save();
  ctx.strokeStyle = colours.limit;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function drawSpans(plot: uPlot, spans: readonly Span[], colours: Colours): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const top = ctx.canvas.height - Math.max(1, ...spans.map(({ lane }) => lane + 1)) * LANE * scale;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, ctx.canvas.height);
  ctx.clip();
  for (const { test, from, to, lane } of spans) {
    const left = plot.valToPos(from, "x", true);
    const width = Math.max(plot.valToPos(to, "x", true) - left - scale / 2, scale);
    const bad = isBad(test.outcome);
    // A failure is higher: the picture needs no colour.
    const inset = bad ? 0 : 2;
    ctx.fillStyle = bad ? colours.failed : colourOf(test.outcome, colours);
    ctx.fillRect(left, top + (lane * LANE + inset) * scale, width, (LANE - 2 - inset) * scale);
  }
  ctx.restore();
}

function colourOf(outcome: string, colours: Colours): string {
  if (outcome === "running") return colours.running;
  return outcome === "passed" || outcome === "xpassed" ? colours.passed : colours.quiet;
}

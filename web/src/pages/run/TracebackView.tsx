import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Pieces } from "~/components/code/Pieces";
import { highlightPython } from "~/components/code/python";
import { CopyButton } from "~/components/copy/CopyButton";
import { PathName } from "~/components/path/PathName";
import { count } from "~/model/words";
import classes from "./DetailsPane.module.css";
import { StacksView } from "./StacksView";
import { parseStacks } from "./stacks";
import { type DiffLine, type Frame, parseTraceback, plain } from "./traceback";

type Props = { text: string; message: string | null };

/** A failure for reading: what differs, the lines as they ran, the library's frames folded. */
export function TracebackView({ text, message }: Props) {
  const parsed = useMemo(() => parseTraceback(text), [text]);
  const stacks = useMemo(() => parseStacks(text), [text]);
  const [raw, setRaw] = useState(false);
  if (stacks) return <StacksView stacks={stacks} text={plain(text)} />;
  if (!parsed || raw) {
    return (
      <section className={classes.box}>
        <div className={classes.boxHead}>
          <h3>Traceback</h3>
          {parsed && (
            <button type="button" className={classes.boxLink} onClick={() => setRaw(false)}>
              Show in parts
            </button>
          )}
          <CopyButton text={plain(text)} label="Copy the traceback" />
        </div>
        <div className={classes.code}>
          {plain(text)
            .replace(/^\n+|\n+$/g, "")
            .split("\n")
            .map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
              <div key={index} className={classes.plainLine}>
                <span className={/^E( |$)/.test(line) ? classes.expected : undefined}>
                  {line || "\u00a0"}
                </span>
              </div>
            ))}
        </div>
      </section>
    );
  }
  const rest = withoutMessage(parsed.explanation, message);
  return (
    <>
      {rest.length > 0 && (
        <section className={classes.box}>
          <div className={classes.code}>
            {rest.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
              <div key={index} className={classes.plainLine}>
                {line || "\u00a0"}
              </div>
            ))}
          </div>
        </section>
      )}
      {parsed.diff.length > 0 && <Difference lines={parsed.diff} />}
      {folded(parsed.frames).map((group) =>
        group.library ? (
          <LibraryFrames
            key={`${group.frames[0]?.path}${group.frames[0]?.line}`}
            frames={group.frames}
          />
        ) : (
          group.frames.map((frame) => (
            <FrameView key={`${frame.path}:${frame.line}`} frame={frame} />
          ))
        ),
      )}
      <p>
        <button type="button" className={classes.boxLink} onClick={() => setRaw(true)}>
          Show the whole traceback as text
        </button>
      </p>
    </>
  );
}

const SIGNS = { same: "", expected: "-", actual: "+" };

function Difference({ lines }: { lines: DiffLine[] }) {
  return (
    <section className={classes.box}>
      <div className={classes.boxHead}>
        <h3>Difference</h3>
        <span className={classes.legend}>
          <span className={classes.expected}>- expected</span>
          <span className={classes.actual}>+ actual</span>
        </span>
      </div>
      <div className={classes.code}>
        {lines.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
          <div key={index} className={classes.codeLine} data-kind={kind}>
            <span className={classes.number}>{SIGNS[kind]}</span>
            <span>{text || "\u00a0"}</span>
          </div>
        ))}
      </div>
    </section>
  );
}

function FrameView({ frame }: { frame: Frame }) {
  return (
    <section className={classes.box}>
      <div className={classes.boxHead}>
        <h3>
          <PathName path={frame.path} className={classes.path} />
        </h3>
        <span className={classes.quiet}>
          line {frame.line}
          {frame.what && `, ${frame.what}`}
        </span>
      </div>
      {frame.values.length > 0 && <p className={classes.values}>{frame.values.join("\n")}</p>}
      {frame.code.length > 0 && (
        <div className={classes.code}>
          {frame.code.map(({ number, text, failed }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
            <div key={index} className={classes.codeLine} data-failed={failed || undefined}>
              <span className={classes.number}>{number}</span>
              <span>
                <Pieces pieces={highlightPython(text)} />
              </span>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

/** Frames of a library, which seldom hold the mistake. */
function LibraryFrames({ frames }: { frames: Frame[] }) {
  const [open, setOpen] = useState(false);
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon size={14} aria-hidden />
        <span>
          {count(frames.length, "frame")} in <span className="mono">{library(frames[0])}</span>
        </span>
        <span>{open ? "hide" : "show"}</span>
      </button>
      {open &&
        frames.map((frame) => <FrameView key={`${frame.path}:${frame.line}`} frame={frame} />)}
    </>
  );
}

function folded(frames: readonly Frame[]): { library: boolean; frames: Frame[] }[] {
  const groups: { library: boolean; frames: Frame[] }[] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last && last.library === frame.library) last.frames.push(frame);
    else groups.push({ library: frame.library, frames: [frame] });
  }
  return groups;
}

/** `site-packages/requests` of a long path. */
function library(frame: Frame | undefined): string {
  const path = frame?.path ?? "";
  return /(?:site|dist)-packages[\\/][^\\/]+/.exec(path)?.[0] ?? path;
}

/** The explanation without its beginning, where the message above already says it. */
function withoutMessage(lines: string[], message: string | null): string[] {
  const told = (message ?? "").split("\n").map((line) => line.trim());
  let at = 0;
  while (at < lines.length && told.includes((lines[at] ?? "").trim())) at += 1;
  return lines.slice(at);
}

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { toProblem } from "~/api/problem";
import { previewQuery } from "~/api/queries";
import type { Environment, NewRun, RunPreview } from "~/api/types";
import { kindOf } from "~/catalog/rows";
import { CopyButton } from "~/components/copy/CopyButton";
import { Key } from "~/components/key/Key";
import { commandLine, quote } from "~/model/command";
import { shareOf, titleOf } from "~/model/run";
import { clockTime, inWords } from "~/model/time";
import { count, formatNumber, place } from "~/model/words";
import classes from "./NewRunPage.module.css";
import { shellLines } from "./script";

type Props = {
  body: NewRun;
  /** All that runs: of plans, the template, and what is selected. */
  targets: readonly string[];
  environment: Environment | null;
  anyFree: boolean;
  /** Where a run could start now, of those it may go to. */
  free: readonly Environment[];
  /** How many test cases that is, where it is known. */
  tests: number | null;
  onEnvironment: (id: number) => void;
};

/** What will happen: how much, where, behind whom, and the way out of a queue. */
export function Preview(props: Props) {
  const { body, targets, environment, anyFree, free, tests, onEnvironment } = props;
  const turn = environment ? turnOf(environment) : null;
  const ready = targets.length > 0 && body.requester !== "" && (anyFree || environment !== null);
  const [asked] = useDebouncedValue(body, 300);
  const answer = useQuery({
    ...previewQuery(asked, turn ? `${turn.words} ${turn.ahead.length}` : `${free[0]?.id}`),
    enabled: ready,
  });
  const told = ready ? answer.data : undefined;
  const all = told?.test_count ?? tests;
  const other = free.find(({ id }) => id !== environment?.id);
  return (
    <div className={classes.preview}>
      <p className={classes.figure}>
        {targets.length === 0
          ? "Nothing yet"
          : all !== null
            ? count(all, "test")
            : count(targets.length, "target")}
      </p>
      <p className={classes.sub}>
        {targets.length === 0 ? "Select tests, files or directories." : kinds(targets)}
        {told?.estimated_duration_ms ? `, about ${inWords(told.estimated_duration_ms)}` : ""}
      </p>
      {told?.test_count_note && <p className={classes.quiet}>{told.test_count_note}</p>}
      {ready && answer.error && (
        <p className={classes.error} role="status">
          {toProblem(answer.error).message}
        </p>
      )}
      <dl className={classes.facts}>
        <Fact name="Environment">
          {anyFree ? (
            <AnyPlace told={told} free={free.length} />
          ) : environment ? (
            <>
              <b>{environment.id}</b> {environment.name}
            </>
          ) : (
            <span className={classes.quiet}>not chosen</span>
          )}
        </Fact>
        {anyFree && <Fact name="Free now">{formatNumber(free.length)}</Fact>}
        {anyFree && told?.environment === null && (
          <>
            <Fact name="Position">{place(told.position)}</Fact>
            <Fact name="Waits for">{told.waits_for}</Fact>
          </>
        )}
        {turn && <Fact name="Position">{turn.words}</Fact>}
        {told?.estimated_start_at && turn && turn.ahead.length > 0 && (
          <Fact name="Starts">about {clockTime(told.estimated_start_at, "min")}</Fact>
        )}
        {turn && turn.ahead.length > 0 && (
          <Fact name="Ahead">
            {turn.ahead.slice(0, 5).map(({ id, word }) => (
              <span key={id} className={classes.ahead}>
                <Link to="/runs/$id" params={{ id: String(id) }} className="mono" target="_blank">
                  {id}
                </Link>{" "}
                <span className={classes.quiet}>{aheadInWords(told, id) ?? word}</span>
              </span>
            ))}
            {turn.ahead.length > 5 && (
              <span className={classes.quiet}>and {turn.ahead.length - 5} more</span>
            )}
          </Fact>
        )}
      </dl>
      {turn && turn.ahead.length > 0 && other && (
        <p className={classes.wayOut}>
          <IconBolt size={16} stroke={1.75} className={classes.bolt} aria-hidden />
          <span>
            {count(free.length, "environment is", "environments are")} free.{" "}
            <button
              type="button"
              className={classes.linkButton}
              onClick={() => onEnvironment(other.id)}
            >
              Take {other.id} {other.name}
            </button>
          </span>
        </p>
      )}
      {told && (
        <section className={classes.script}>
          <div className={classes.labelLine}>
            <h3 className={classes.label}>Command</h3>
            <CopyButton
              text={commandLine(told.command)}
              label="Copy the command"
              word="Copy command"
            />
          </div>
          <pre className={classes.code}>{commandLines(told.command)}</pre>
        </section>
      )}
      {told?.command_line && (
        <section className={classes.script}>
          <div className={classes.labelLine}>
            <h3 className={classes.label}>From a script</h3>
            <CopyButton text={told.command_line} label="Copy the line for a shell" word="Copy" />
          </div>
          <pre className={classes.code}>
            {shellLines(told.command_line, 6).map((line) => (
              <span key={line} className={classes.codeLine} title={line}>
                {line}
              </span>
            ))}
          </pre>
        </section>
      )}
    </div>
  );
}

type SubmitProps = { queued: boolean; busy: boolean; onSubmit: () => void };

export function SubmitButton({ queued, busy, onSubmit }: SubmitProps) {
  return (
    <Button
      variant="filled"
      fullWidth
      className={classes.submit}
      loading={busy}
      rightSection={
        <span className={classes.submitKeys}>
          <Key name="mod" />
          <Key name="enter" />
        </span>
      }
      onClick={onSubmit}
    >
      {queued ? "Queue run" : "Run now"}
    </Button>
  );
}

/** Whose turn is before, and the place that this run would have. */
export function turnOf({ state, holder, maintenance, queue }: Environment) {
  const holding = holder?.run_id ? [{ id: holder.run_id, word: "running" }] : [];
  const waiting = queue.runs.map((id) => ({ id, word: "waiting" }));
  const ahead = [...holding, ...waiting];
  if (state === "maintenance") {
    return {
      ahead,
      words: `waits for the end of maintenance${maintenance ? `: ${maintenance}` : ""}`,
    };
  }
  if (state === "reserved") {
    return {
      ahead,
      words: `${place(queue.length + 1)}, reserved by ${holder?.person ?? "somebody"}`,
    };
  }
  if (ahead.length === 0) return { ahead, words: "starts at once" };
  return { ahead, words: queue.length === 0 ? "Next" : `${place(queue.length + 1)} in line` };
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `2 directories, 1 file, 3 single tests`. */
function kinds(targets: readonly string[]): string {
  const of = (kind: string) => targets.filter((target) => kindOf(target) === kind).length;
  const parts = [
    [of("directory"), "directory", "directories"],
    [of("file"), "file", "files"],
    [of("case"), "single test", "single tests"],
  ] as const;
  return parts
    .filter(([value]) => value > 0)
    .map(([value, one, many]) => count(value, one, many))
    .join(", ");
}

/** Where a run would go that takes any: the service says which, as long as one is free. */
function AnyPlace({ told, free }: { told: RunPreview | undefined; free: number }) {
  if (!told?.environment || free === 0) return "any free one";
  return (
    <>
      <b>{told.environment.id}</b> {told.environment.name}{" "}
      <span className={classes.quiet}>as it is now</span>
    </>
  );
}

/** How far a run ahead is, or what it is and how long it takes; null where the preview does not tell. */
function aheadInWords(told: RunPreview | undefined, id: number): string | null {
  const run = told?.ahead_runs.find((each) => each.id === id);
  if (!run) return null;
  const share = shareOf(run.progress);
  const left = run.left_ms === null ? "" : `, about ${inWords(run.left_ms)}`;
  if (run.state === "running") {
    return share === null
      ? `running${left}`
      : `running, ${Math.floor(share * 100)}%${left && `${left} left`}`;
  }
  return `${titleOf({ ...run, plans: [] })}${left}`;
}

/** Lines of a command that are shown. */
const MOST_LINES = 8;

/** The command for reading, one argument in a line; all of it is copied. */
function commandLines(command: readonly string[]): ReactNode[] {
  const [program = "", option = "", module = "", ...rest] = command;
  const lines = [[program, option, module].join(" "), ...rest.map((part) => `  ${quote(part)}`)];
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES - 1) : lines;
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`  ${more} more`] : [])].map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a text have no other name.
    <span key={index} className={classes.codeLine} title={line}>
      {line}
    </span>
  ));
}

import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconDownload,
  IconTextWrap,
} from "@tabler/icons-react";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { fetchLines } from "~/api/queries";
import type { RunDetail, TestCase } from "~/api/types";
import { CopyButton } from "~/components/copy/CopyButton";
import { Empty } from "~/components/empty/Empty";
import { plainLines } from "~/log/copy";
import { LogView } from "~/log/LogView";
import type { LogPages } from "~/log/pages";
import { formatLines, parseLines } from "~/log/scroll";
import type { LogControl } from "~/log/useLogScroll";
import { waitingFor } from "~/model/run";
import { count } from "~/model/words";
import { KEYS, useRemembered } from "~/platform/remembered";
import { useShortcuts } from "~/platform/shortcuts";
import own from "./LogPane.module.css";
import { LogSearch } from "./LogSearch";
import { PaneSwitch, type Segments } from "./PaneSwitch";
import classes from "./RunPage.module.css";
import { useLogErrors, useLogSearch } from "./useLogSearch";

type Props = {
  run: RunDetail;
  pages: LogPages;
  selected: TestCase | null;
  segments: Segments | null;
};

/** The log with its search, its errors and its lines that can be linked to. */
export function LogPane({ run, pages, selected, segments }: Props) {
  const control = useRef<LogControl>(null);
  const show = (line: number) => control.current?.show(line);
  const hash = useLocation({ select: (location) => location.hash });
  const linked = useMemo(() => parseLines(hash), [hash]);
  const tinted = useTinted(selected);
  const navigate = useNavigate();
  const [options, setOptions] = useRemembered(KEYS.logOptions);
  const wrap = options.includes("wrap") || (options === "" && window.innerWidth < 768);
  const times = options.includes("times");
  const set = (name: "wrap" | "times", on: boolean) => {
    const next = { wrap, times, [name]: on };
    setOptions([next.wrap ? "wrap" : "", next.times ? "times" : "", "set"].join(" "));
  };
  const growing = run.state !== "finished" || !run.log.complete;
  const search = useLogSearch(run, show);
  const errors = useLogErrors(run, show);

  useShowSelected(selected, linked !== null, control);
  useShortcuts({
    n: () => errors.step(1),
    p: () => errors.step(-1),
    f: () => control.current?.follow(),
  });
  const link = (from: number, to: number) =>
    void navigate({
      to: "/runs/$id",
      params: { id: String(run.id) },
      search: (before) => before,
      hash: formatLines(from, to),
      replace: true,
    });

  return (
    <>
      <div className={classes.paneBar}>
        {segments && <PaneSwitch segments={segments} test={selected} />}
        <LogSearch search={search} lines={run.log.lines} />
        <ErrorSteps errors={errors} />
        <div className={classes.paneTools}>
          {linked && (
            <CopyButton
              label={`Copy ${formatLines(linked.from, linked.to)}`}
              text={async () => {
                const most = Math.min(2000, linked.to - linked.from + 1);
                return plainLines((await fetchLines(run.id, linked.from, most)).items);
              }}
            />
          )}
          <Tooltip label="Wrap long lines">
            <ActionIcon
              aria-label="Wrap long lines"
              aria-pressed={wrap}
              onClick={() => set("wrap", !wrap)}
            >
              <IconTextWrap size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Times of the lines">
            <ActionIcon
              aria-label="Times of the lines"
              aria-pressed={times}
              onClick={() => set("times", !times)}
            >
              <IconClock size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Download the whole log">
            <ActionIcon
              component="a"
              href={`/api/v1/runs/${run.id}/log`}
              download={`run-${run.id}.log`}
              aria-label="Download the whole log"
            >
              <IconDownload size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      {isPruned(run) || (run.log.lines === 0 && run.log.bytes === 0) ? (
        <NoLines run={run} />
      ) : (
        <LogView
          pages={pages}
          label={`Log of run ${run.id}`}
          growing={growing}
          wrap={wrap}
          times={times}
          linked={linked}
          tinted={tinted}
          find={search.pattern}
          currentHit={search.current}
          control={control}
          onLink={link}
        />
      )}
    </>
  );
}

function ErrorSteps({ errors }: { errors: ReturnType<typeof useLogErrors> }) {
  if (errors.count === 0) return null;
  return (
    <span className={own.errors}>
      <span className={own.errorCount}>{count(errors.count, "error line")}</span>
      <ActionIcon size={24} aria-label="Error before" onClick={() => errors.step(-1)}>
        <IconChevronUp size={16} stroke={1.75} />
      </ActionIcon>
      <ActionIcon size={24} aria-label="Next error" onClick={() => errors.step(1)}>
        <IconChevronDown size={16} stroke={1.75} />
      </ActionIcon>
    </span>
  );
}

function isPruned(run: RunDetail): boolean {
  return run.pruned.some(({ part }) => part === "log");
}

function NoLines({ run }: { run: RunDetail }) {
  if (isPruned(run)) {
    return <Empty title="The log was removed">The facts of the run say when and why.</Empty>;
  }
  if (run.state === "queued") {
    return <Empty title="No log yet">{waitingFor(run)}</Empty>;
  }
  if (run.state === "running") {
    return <Empty title="Nothing printed yet">Lines appear here as they are printed.</Empty>;
  }
  return <Empty title="Nothing was printed">The run ended without a line.</Empty>;
}

/** The lines of the selected test; those of a running one reach to the end. */
function useTinted(selected: TestCase | null) {
  return useMemo(() => {
    if (!selected?.log) return null;
    const { from_line: from, to_line: to } = selected.log;
    return { from, to: to ?? Number.POSITIVE_INFINITY };
  }, [selected?.log]);
}

/** A test that is chosen while the log is open brings its lines into sight. */
function useShowSelected(
  selected: TestCase | null,
  linked: boolean,
  control: React.RefObject<LogControl | null>,
) {
  const before = useRef(selected?.nodeid);
  const from = selected?.log?.from_line;
  useEffect(() => {
    if (selected?.nodeid === before.current) return;
    before.current = selected?.nodeid;
    if (from !== undefined && !linked) control.current?.show(from);
  }, [selected?.nodeid, from, linked, control]);
}

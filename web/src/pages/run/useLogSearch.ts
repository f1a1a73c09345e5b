import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { toProblem } from "~/api/problem";
import { keys, type LogQuestion, searchLog } from "~/api/queries";
import type { LogMatches, RunDetail } from "~/api/types";
import { noticeFailure } from "~/components/notices/notices";
import { ERROR_PATTERN } from "~/log/LogRow";
import { formatNumber } from "~/model/words";

type Show = (line: number) => void;

/** A growing log is searched again when it has grown, but not at every line. */
const AGAIN_MS = 2000;

/** Looks for a text in the whole log. */
export function useLogSearch(run: RunDetail, show: Show) {
  const [text, setText] = useState("");
  const [regex, setRegex] = useState(false);
  const [matchCase, setMatchCase] = useState(false);
  const [asked] = useDebouncedValue(text, 200);
  const { data, error, known } = useAnswer(run, { q: asked, regex, case: matchCase });
  const problem = asked && error ? toProblem(error) : null;
  const steps = useSteps(known, show);
  const { current, at } = steps;

  // The first hit is shown as soon as it is known.
  const shownFor = useRef("");
  const question = `${asked}/${regex}/${matchCase}`;
  useEffect(() => {
    if (!asked || !data || shownFor.current === question) return;
    shownFor.current = question;
    steps.first();
  }, [asked, data, question, steps]);

  const pattern = useMemo(() => toPattern(asked, regex, matchCase), [asked, regex, matchCase]);
  const count = data?.count ?? 0;
  return {
    text,
    setText,
    regex,
    setRegex,
    matchCase,
    setMatchCase,
    pattern,
    count,
    current: asked ? current : null,
    problem: problem ? (problem.fields[0]?.detail ?? problem.message) : null,
    words: data ? inWords(data, at) : "",
    step: steps.step,
  };
}

/** The lines of the log that tell of an error. */
export function useLogErrors(run: RunDetail, show: Show) {
  const { data, known } = useAnswer(run, { q: ERROR_PATTERN, regex: true, case: true });
  const { step } = useSteps(known, show);
  return { count: data?.count ?? 0, step };
}

function useAnswer(run: RunDetail, question: LogQuestion) {
  const { lines, complete } = run.log;
  const version = useThrottled(lines, complete);
  const { data, error } = useQuery({
    queryKey: [...keys.run(run.id), "search", question, version],
    queryFn: ({ signal }) => searchLog(run.id, question, signal),
    enabled: question.q !== "" && version > 0,
    // The same question of a longer log: what was found stays until more is.
    placeholderData: (before, query) =>
      JSON.stringify(query?.queryKey[3]) === JSON.stringify(question) ? before : undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { data, error, known: useKnown(run.id, question, data) };
}

/** Lines that match, and how to know those behind them: an answer lists no more than the first thousands. */
type Known = { lines: readonly number[]; behind: (line: number) => Promise<number | undefined> };

function useKnown(id: number, question: LogQuestion, data: LogMatches | undefined): Known {
  const [added, setAdded] = useState<{ to: LogMatches; lines: number[]; more: boolean }>();
  const further = added && added.to === data ? added : null;
  const lines = useMemo(() => [...(data?.lines ?? []), ...(further?.lines ?? [])], [data, further]);
  const behind = async (line: number) => {
    if (!data) return undefined;
    let more = further?.more ?? data.more;
    const all = [...lines];
    while (more && all.length > 0 && (all.at(-1) ?? 0) <= line) {
      const from_line = (all.at(-1) ?? 0) + 1;
      const next = await searchLog(id, { ...question, from_line });
      all.push(...next.lines);
      more = next.more && next.lines.length > 0;
    }
    setAdded({ to: data, lines: all.slice(data.lines.length), more });
    return all.find((each) => each > line);
  };
  return { lines, behind };
}

/** `3 of 17`, or why there is no such number. */
function inWords({ count, more }: LogMatches, at: number): string {
  const total = `${formatNumber(count)}${more ? "+" : ""}`;
  if (count === 0) return more ? "Not found in the time a search has" : "Not found";
  return at < 0 ? total : `${formatNumber(at + 1)} of ${total}`;
}

/** A growing number, told at most every two seconds, and at once when it grows no more. */
function useThrottled(value: number, final: boolean): number {
  const [told, setTold] = useState(value);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    if (final) return;
    const timer = setInterval(() => setTold(latest.current), AGAIN_MS);
    return () => clearInterval(timer);
  }, [final]);
  return final ? value : told;
}

/** Goes from line to line of those that match, around their ends. */
function useSteps(known: Known, show: Show) {
  const [current, setCurrent] = useState<number | null>(null);
  const latest = useRef({ known, current, show });
  latest.current = { known, current, show };
  return useMemo(() => {
    const go = (line: number | undefined) => {
      if (line === undefined) return;
      setCurrent(line);
      latest.current.show(line);
    };
    const stepOn = async (from: number) => {
      const { lines, behind } = latest.current.known;
      try {
        go(lines.find((line) => line > from) ?? (await behind(from)) ?? lines[0]);
      } catch (error) {
        noticeFailure("The next line was not found", error);
      }
    };
    return {
      current,
      at: current === null ? -1 : known.lines.indexOf(current),
      first: () => go(latest.current.known.lines[0]),
      step: (by: 1 | -1) => {
        const { known, current } = latest.current;
        const { lines } = known;
        if (lines.length === 0) return;
        if (by > 0) void stepOn(current ?? 0);
        else
          go(
            lines.findLast((line) => line < (current ?? Number.POSITIVE_INFINITY)) ?? lines.at(-1),
          );
      },
    };
  }, [current, known.lines]);
}

/** The same question for the lines that are drawn; null when this browser cannot ask it. */
function toPattern(text: string, regex: boolean, matchCase: boolean): RegExp | null {
  if (!text) return null;
  try {
    const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(source, matchCase ? "g" : "gi");
  } catch {
    return null;
  }
}

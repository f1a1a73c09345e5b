import type { ReactNode } from "react";
import type { Options } from "~/api/types";
import { inWords } from "~/model/time";
import { count, formatBytes, formatNumber } from "~/model/words";

/** How the run was to be executed, as far as that was asked for. */
export function optionPairs(options: Options): [string, ReactNode][] {
  const { timeout_s, max_failures, keyword, markers, retry_lost, keep_if_failed_minutes } = options;
  const { interpreter, start, network, limits, leak } = options;
  return [
    ["Time limit", timeout_s ? inWords(timeout_s * 1000) : null],
    ["Stop after", max_failures ? count(max_failures, "failure") : null],
    ["Keyword", keyword ? <code key="k">{keyword}</code> : null],
    ["Markers", markers ? <code key="m">{markers}</code> : null],
    ["If its host is lost", retry_lost ? count(retry_lost, "more attempt") : null],
    [
      "If it fails",
      keep_if_failed_minutes
        ? `the requester keeps the environment ${inWords(keep_if_failed_minutes * 60_000)}`
        : null,
    ],
    ["Interpreter", interpreter],
    ["Interpreter starts", start],
    ["Network", network === "machine" ? "that of the machine" : network],
    ["Leak hunt", leak ? count(leak.iterations ?? 20, "iteration") : null],
    ["Memory limit", limits?.memory_bytes ? formatBytes(limits.memory_bytes) : null],
    ["Process limit", limits?.processes ? formatNumber(limits.processes) : null],
    ["Processor limit", limits?.cpu_percent ? `${limits.cpu_percent} % of a core` : null],
    ["Log limit", limits?.log_bytes ? formatBytes(limits.log_bytes) : null],
    ["Limit of temporary files", limits?.tmp_bytes ? formatBytes(limits.tmp_bytes) : null],
  ];
}

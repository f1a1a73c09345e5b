import { useCallback, useEffect, useState } from "react";
import type { NewRun } from "~/api/types";
import { toRecord, type Variable } from "~/components/variables/dotenv";
import { KEYS, keep, read } from "~/platform/remembered";

/** A run that is being put together. Numbers are kept as they were typed. */
export type Draft = {
  environment: number | null;
  anyFree: boolean;
  labels: string[];
  targets: string[];
  custom: string;
  timeout: string;
  maxFailures: string;
  keyword: string;
  markers: string;
  note: string;
  variables: Variable[];
};

export const EMPTY_DRAFT: Draft = {
  environment: null,
  anyFree: false,
  labels: [],
  targets: [],
  custom: "",
  timeout: "",
  maxFailures: "",
  keyword: "",
  markers: "",
  note: "",
  variables: [],
};

/** The draft of this browser, which survives a reload. */
export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(recallDraft);
  useEffect(() => {
    const same = JSON.stringify(draft) === JSON.stringify(EMPTY_DRAFT);
    keep(KEYS.draft, same ? "" : JSON.stringify(draft));
  }, [draft]);
  const change = useCallback(
    (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some })),
    [],
  );
  return [draft, change];
}

/** Changes the draft before its page is opened: what another page hands over. */
export function keepDraft(some: Partial<Draft>): void {
  keep(KEYS.draft, JSON.stringify({ ...recallDraft(), ...some }));
}

/** True when something was put together that could be thrown away. */
export function isWorthClearing(draft: Draft): boolean {
  return JSON.stringify({ ...draft, environment: null }) !== JSON.stringify(EMPTY_DRAFT);
}

/** What the service is asked for. */
export function toBody(draft: Draft, requester: string): NewRun {
  const options: NonNullable<NewRun["options"]> = {};
  const seconds = parseSeconds(draft.timeout);
  if (seconds !== null) options.timeout_s = seconds;
  if (draft.maxFailures.trim()) options.max_failures = Number(draft.maxFailures);
  if (draft.keyword.trim()) options.keyword = draft.keyword.trim();
  if (draft.markers.trim()) options.markers = draft.markers.trim();
  const variables = toRecord(draft.variables);
  return {
    requester: requester.trim(),
    environment: draft.anyFree ? { any: { labels: draft.labels } } : (draft.environment ?? 0),
    targets: allTargets(draft),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
  };
}

/** The targets of the tree and the custom path. The tests root itself is written as a dot. */
export function allTargets(draft: Draft): string[] {
  const custom = draft.custom.trim();
  const all = draft.targets.map((target) => (target === "" ? "." : target));
  return custom && !all.includes(custom) ? [...all, custom] : all;
}

export type Mistakes = Partial<
  Record<"requester" | "environment" | "targets" | "timeout" | "maxFailures", string>
>;

/** What is missing or wrong before the service is asked. */
export function checkDraft(draft: Draft, requester: string): Mistakes {
  const mistakes: Mistakes = {};
  if (!requester.trim()) mistakes.requester = "Say who asks for the run";
  if (draft.environment === null && !draft.anyFree) mistakes.environment = "Choose an environment";
  if (allTargets(draft).length === 0) {
    mistakes.targets = "Select at least one test, file or directory, or give a path";
  }
  if (draft.timeout.trim() && parseSeconds(draft.timeout) === null) {
    mistakes.timeout = "Write 90, 90 s, 30 min or 2 h";
  }
  if (draft.maxFailures.trim() && !/^[1-9]\d{0,5}$/.test(draft.maxFailures.trim())) {
    mistakes.maxFailures = "Write a number, 1 or more";
  }
  return mistakes;
}

const UNITS: Record<string, number> = { "": 1, s: 1, sec: 1, m: 60, min: 60, h: 3600 };

/** `30 min` as 1800, or null for what is no length of time. */
export function parseSeconds(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*(s|sec|m|min|h)?$/i.exec(text.trim());
  if (!found) return null;
  const seconds = Math.round(Number(found[1]) * (UNITS[(found[2] ?? "").toLowerCase()] ?? 1));
  return seconds > 0 ? seconds : null;
}

function recallDraft(): Draft {
  try {
    const kept: unknown = JSON.parse(read(KEYS.draft) || "{}");
    if (typeof kept !== "object" || kept === null) return EMPTY_DRAFT;
    const draft = { ...EMPTY_DRAFT, ...kept };
    return Array.isArray(draft.targets) ? draft : EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT;
  }
}

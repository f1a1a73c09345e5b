import { useCallback, useEffect, useState } from "react";
import type { NewRun, Options, Template } from "~/api/types";
import { toRecord, type Variable } from "~/components/variables/dotenv";
import { KEYS, keep, read } from "~/platform/remembered";

/** A run that is being put together. Numbers are kept as they were typed. */
export type Draft = OptionTexts & {
  environment: number | null;
  anyFree: boolean;
  labels: string[];
  template: string | null;
  /** Choices that differ from the template's. */
  parameters: Record<string, string>;
  plans: number[];
  targets: string[];
  custom: string;
  note: string;
  variables: Variable[];
};

/** The options of a run as they are typed; empty where nothing is said. */
export type OptionTexts = {
  timeout: string;
  maxFailures: string;
  keyword: string;
  markers: string;
  retryLost: string;
  keepIfFailed: string;
  start: string;
  interpreter: string;
  network: string;
};

export const EMPTY_DRAFT: Draft = {
  environment: null,
  anyFree: false,
  labels: [],
  template: null,
  parameters: {},
  plans: [],
  targets: [],
  custom: "",
  timeout: "",
  maxFailures: "",
  keyword: "",
  markers: "",
  retryLost: "",
  keepIfFailed: "",
  start: "",
  interpreter: "",
  network: "",
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

/** A new draft for New run, which another page opens next. Where it was to run stays. */
export function startDraft(some: Partial<Draft>): void {
  keep(KEYS.draft, JSON.stringify({ ...emptied(recallDraft()), ...some }));
}

/** A draft of nothing; where it was to run stays. */
export function emptied({ environment, anyFree, labels }: Draft): Draft {
  return { ...EMPTY_DRAFT, environment, anyFree, labels };
}

/** True when something was put together that could be thrown away. */
export function isWorthClearing(draft: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(emptied(draft));
}

/** What the service is asked for. */
export function toBody(draft: Draft, requester: string): NewRun {
  const options = toOptions(draft);
  const variables = toRecord(draft.variables);
  return {
    requester: requester.trim(),
    environment: draft.anyFree ? { any: { labels: draft.labels } } : (draft.environment ?? 0),
    ...(draft.template === null ? {} : { template: draft.template }),
    ...(Object.keys(draft.parameters).length > 0 ? { parameters: draft.parameters } : {}),
    ...(draft.plans.length > 0 ? { plans: draft.plans } : {}),
    targets: allTargets(draft),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
  };
}

/** The options as the service takes them. */
export function toOptions(texts: OptionTexts): Options {
  const options: Options = {};
  const seconds = parseSeconds(texts.timeout);
  if (seconds !== null) options.timeout_s = seconds;
  if (texts.maxFailures.trim()) options.max_failures = Number(texts.maxFailures);
  if (texts.keyword.trim()) options.keyword = texts.keyword.trim();
  if (texts.markers.trim()) options.markers = texts.markers.trim();
  if (texts.retryLost) options.retry_lost = Number(texts.retryLost);
  if (texts.keepIfFailed) options.keep_if_failed_minutes = Number(texts.keepIfFailed);
  if (texts.start) options.start = texts.start;
  if (texts.interpreter) options.interpreter = texts.interpreter;
  if (texts.network) options.network = texts.network;
  return options;
}

/** What is wrong with options as they are typed. */
export function checkOptions({ timeout, maxFailures }: OptionTexts): Mistakes {
  const mistakes: Mistakes = {};
  if (timeout.trim() && parseSeconds(timeout) === null) {
    mistakes.timeout = "Write 90, 90 s, 30 min or 2 h";
  }
  if (maxFailures.trim() && !/^[1-9]\d{0,5}$/.test(maxFailures.trim())) {
    mistakes.maxFailures = "Write a number, 1 or more";
  }
  return mistakes;
}

/** The targets of the tree and the custom path. The tests root itself is written as a dot. */
export function allTargets(draft: Draft): string[] {
  const custom = draft.custom.trim();
  const all = draft.targets.map((target) => (target === "" ? "." : target));
  return custom && !all.includes(custom) ? [...all, custom] : all;
}

export type Mistakes = Partial<
  Record<"requester" | "environment" | "targets" | "parameters" | "timeout" | "maxFailures", string>
>;

/** What is missing or wrong before the service is asked. */
export function checkDraft(draft: Draft, requester: string, template: Template | null): Mistakes {
  const mistakes: Mistakes = {};
  if (!requester.trim()) mistakes.requester = "Say who asks for the run";
  if (draft.environment === null && !draft.anyFree) mistakes.environment = "Choose an environment";
  const saved =
    draft.plans.length + (template?.targets.length ?? 0) + (template?.plans.length ?? 0);
  if (allTargets(draft).length + saved === 0) {
    mistakes.targets = "Select at least one test, file or directory, or give a path";
  }
  const open = template?.parameters.filter(
    ({ name, default: usual }) => usual === null && draft.parameters[name] === undefined,
  );
  if (open && open.length > 0) {
    mistakes.parameters = `Choose ${open.map(({ name }) => name).join(", ")}`;
  }
  return { ...mistakes, ...checkOptions(draft) };
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

import type { NewTemplate, Options, Plan, Template } from "~/api/types";
import { toRecord } from "~/components/variables/dotenv";
import { inWords } from "~/model/time";
import { allTargets, type Draft, toBody } from "./draft";

/** What a run gets from its template where the draft says nothing, as it is written in the fields. */
export function inheritedOptions(template: Template | null) {
  const options: Options = template?.options ?? {};
  const { timeout_s, max_failures, keyword, markers, retry_lost, keep_if_failed_minutes } = options;
  return {
    timeout: timeout_s ? inWords(timeout_s * 1000) : "",
    maxFailures: max_failures ? String(max_failures) : "",
    keyword: keyword ?? "",
    markers: markers ?? "",
    retryLost: typeof retry_lost === "number" ? String(retry_lost) : "",
    keepIfFailed: keep_if_failed_minutes ? String(keep_if_failed_minutes) : "",
    start: options.start ?? "",
    interpreter: options.interpreter ?? "",
    network: options.network ?? "",
  };
}

/** All targets of the run, each once, in the order in which the service joins them. */
export function runTargets(draft: Draft, template: Template | null, plans: readonly Plan[]) {
  const ids = [...(template?.plans ?? []), ...draft.plans];
  const ofPlans = ids.flatMap((id) => plans.find((plan) => plan.id === id)?.targets ?? []);
  return [...new Set([...ofPlans, ...(template?.targets ?? []), ...allTargets(draft)])];
}

/** How many things of the template the draft changes. */
export function countChanges(draft: Draft, template: Template): number {
  const options = inheritedOptions(template);
  const changed = (Object.keys(options) as (keyof typeof options)[]).filter(
    (name) => draft[name].trim() !== "" && options[name] !== "" && draft[name] !== options[name],
  );
  const variables = draft.variables.filter(({ name }) => name in template.variables);
  return changed.length + Object.keys(draft.parameters).length + variables.length;
}

/** The template that does what this draft with its own template does. */
export function toTemplate(draft: Draft, template: Template | null): NewTemplate {
  const { options } = toBody(draft, "");
  return {
    description: template?.description ?? "",
    targets: [...new Set([...(template?.targets ?? []), ...allTargets(draft)])],
    plans: [...new Set([...(template?.plans ?? []), ...draft.plans])],
    parameters: (template?.parameters ?? []).map((parameter) => ({
      ...parameter,
      default: draft.parameters[parameter.name] ?? parameter.default,
    })),
    variables: { ...template?.variables, ...toRecord(draft.variables) },
    options: { ...template?.options, ...options },
  };
}

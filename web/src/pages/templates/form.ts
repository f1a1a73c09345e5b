import type { NewTemplate, Options, Parameter, Template } from "~/api/types";
import { toRecord, toRows, type Variable } from "~/components/variables/dotenv";
import { type OptionTexts, toOptions } from "~/pages/new-run/draft";
import { inheritedOptions } from "~/pages/new-run/inherited";

/** A template that is being written; choices are kept as they are typed. */
export type TemplateForm = {
  name: string;
  description: string;
  targets: string[];
  plans: number[];
  parameters: ParameterRow[];
  variables: Variable[];
  options: OptionTexts;
  /** Options that have no field here, such as limits: they stay as they are. */
  otherOptions: Options;
};

export type ParameterRow = { name: string; choices: string[]; usual: string; description: string };

export const NEW_PARAMETER: ParameterRow = { name: "", choices: [], usual: "", description: "" };

export function toForm(template: Template | null): TemplateForm {
  return {
    name: template?.name ?? "",
    description: template?.description ?? "",
    targets: template?.targets ?? [],
    plans: template?.plans ?? [],
    parameters: (template?.parameters ?? []).map(toParameterRow),
    variables: toRows(template?.variables ?? {}),
    options: inheritedOptions(template),
    otherOptions: otherOptionsOf(template?.options ?? {}),
  };
}

/** What the service is asked to keep. Rows without a name are left out. */
export function toTemplate(form: TemplateForm): NewTemplate {
  return {
    name: form.name.trim(),
    description: form.description,
    targets: form.targets.map((target) => target || "."),
    plans: form.plans,
    parameters: form.parameters.filter(({ name }) => name.trim() !== "").map(toParameter),
    variables: toRecord(form.variables),
    options: { ...form.otherOptions, ...toOptions(form.options) },
  };
}

function otherOptionsOf(options: Options): Options {
  const {
    timeout_s: _timeout,
    max_failures: _failures,
    keyword: _keyword,
    markers: _markers,
    retry_lost: _lost,
    keep_if_failed_minutes: _keep,
    start: _start,
    interpreter: _interpreter,
    network: _network,
    ...others
  } = options;
  return others;
}

function toParameterRow({ name, choices, default: usual, description }: Parameter): ParameterRow {
  return { name, choices: [...choices], usual: usual ?? "", description: description ?? "" };
}

function toParameter({ name, choices, usual, description }: ParameterRow): Parameter {
  return { name: name.trim(), choices, default: usual || null, description };
}

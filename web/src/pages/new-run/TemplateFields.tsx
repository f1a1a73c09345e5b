import { SegmentedControl, Select } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import type { ApiProblem } from "~/api/problem";
import { fieldError } from "~/api/problem";
import type { Parameter, Plan, Template } from "~/api/types";
import { Was } from "~/components/field/Was";
import { PlanSelect } from "~/components/plans/PlanSelect";
import { count } from "~/model/words";
import type { Draft, Mistakes } from "./draft";
import { countChanges } from "./inherited";
import classes from "./NewRunPage.module.css";

type Props = {
  draft: Draft;
  template: Template | null;
  /** Undefined until they are known. */
  templates: readonly Template[] | undefined;
  plans: readonly Plan[] | undefined;
  mistakes: Mistakes;
  problem: ApiProblem | null;
  onChange: (change: Partial<Draft>) => void;
};

/** What was saved before: a template with its choices, and test plans. */
export function TemplateFields(props: Props) {
  const { draft, template, templates, plans, mistakes, problem, onChange } = props;
  const changes = template ? countChanges(draft, template) : 0;
  const names = templates?.map(({ name }) => name) ?? [];
  const known = draft.template && !names.includes(draft.template) ? [draft.template] : [];
  return (
    <>
      <div className={classes.pair}>
        <Select
          label={
            <span className={classes.labelLine}>
              Template {changes > 0 && <span className={classes.hint}>{changes} changed</span>}
            </span>
          }
          labelProps={{ className: classes.wideLabel }}
          placeholder={templates?.length === 0 ? "none saved yet" : "none"}
          data={[...names, ...known]}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "No template" }}
          nothingFoundMessage="No template by this name"
          leftSection={<IconTemplate size={16} stroke={1.75} />}
          value={draft.template}
          error={fieldError(problem, "template")}
          onChange={(name) => onChange({ template: name, parameters: {} })}
        />
        <PlanSelect
          label="Test plans"
          plans={plans}
          value={draft.plans}
          fixed={template?.plans ?? []}
          error={fieldError(problem, "plans")}
          onChange={(ids) => onChange({ plans: ids })}
        />
      </div>
      {template && template.parameters.length > 0 && (
        <div className={classes.pair}>
          {template.parameters.map((parameter) => (
            <ParameterField
              key={parameter.name}
              parameter={parameter}
              value={draft.parameters[parameter.name]}
              error={
                fieldError(problem, `parameters/${parameter.name}`) ??
                (parameter.default === null && draft.parameters[parameter.name] === undefined
                  ? (mistakes.parameters ?? null)
                  : null)
              }
              onChange={(value) => {
                const { [parameter.name]: _, ...rest } = draft.parameters;
                const same = value === null || value === parameter.default;
                onChange({ parameters: same ? rest : { ...rest, [parameter.name]: value } });
              }}
            />
          ))}
        </div>
      )}
      {template && template.targets.length > 0 && (
        <p className={classes.sub}>
          {count(template.targets.length, "target")} of the template run with what is selected
          below.
        </p>
      )}
    </>
  );
}

type FieldProps = {
  parameter: Parameter;
  value: string | undefined;
  error: string | null;
  onChange: (value: string | null) => void;
};

/** Few short choices lie open, others in a list. */
const MOST_SEGMENTS = 3;
const LONGEST_SEGMENTS = 22;

/** One choice that the template leaves to whoever runs it. */
function ParameterField({ parameter, value, error, onChange }: FieldProps) {
  const { name, choices, default: usual, description } = parameter;
  const changed = value !== undefined && usual !== null && value !== usual;
  const id = `parameter-${name}`;
  const open =
    choices.length <= MOST_SEGMENTS &&
    choices.join("").length <= LONGEST_SEGMENTS &&
    usual !== null;
  return (
    <div>
      <div className={classes.labelLine}>
        <label className="mono" htmlFor={open ? undefined : id} title={description || undefined}>
          {name}
        </label>
        {changed ? (
          <Was value={usual} />
        ) : (
          usual !== null && <span className={classes.hint}>from template</span>
        )}
      </div>
      {open ? (
        <SegmentedControl
          fullWidth
          size="md"
          className={classes.parameter}
          aria-label={name}
          data={[...choices]}
          value={value ?? usual}
          onChange={onChange}
        />
      ) : (
        <Select
          id={id}
          aria-label={name}
          className={classes.parameter}
          placeholder="choose"
          data={[...choices]}
          searchable={choices.length > 8}
          allowDeselect={false}
          value={value ?? usual}
          error={error}
          onChange={onChange}
        />
      )}
      {description && <p className={classes.description}>{description}</p>}
    </div>
  );
}

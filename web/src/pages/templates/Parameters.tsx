import { ActionIcon, Button, Select, TagsInput, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type ApiProblem, fieldError } from "~/api/problem";
import { NEW_PARAMETER, type ParameterRow } from "./form";
import classes from "./Parameters.module.css";

type Props = {
  parameters: readonly ParameterRow[];
  problem: ApiProblem | null;
  onChange: (parameters: ParameterRow[]) => void;
};

/** What a person chooses when they run the template; the tests read it as environment variables. */
export function Parameters({ parameters, problem, onChange }: Props) {
  const set = (index: number, change: Partial<ParameterRow>) =>
    onChange(parameters.map((each, at) => (at === index ? { ...each, ...change } : each)));
  return (
    <section aria-label="Parameters">
      <div className={classes.head}>
        <h3>Parameters</h3>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...parameters, NEW_PARAMETER])}
        >
          Add parameter
        </Button>
      </div>
      {parameters.length === 0 && (
        <p className={classes.quiet}>
          Choices that New run asks for, such as INTERFACE: REST or SOAP. Tests read them as
          environment variables.
        </p>
      )}
      <ul>
        {parameters.map((parameter, index) => {
          const wrong = (field: string) => fieldError(problem, `parameters/${index}/${field}`);
          const which = parameter.name || `parameter ${index + 1}`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed.
            <li key={index} className={classes.row}>
              <TextInput
                label="Name"
                placeholder="INTERFACE"
                classNames={{ input: "mono" }}
                spellCheck={false}
                value={parameter.name}
                error={wrong("name")}
                onChange={(event) => set(index, { name: event.currentTarget.value })}
              />
              <TagsInput
                label="Choices"
                placeholder={parameter.choices.length === 0 ? "type one, then Enter" : ""}
                value={parameter.choices}
                error={wrong("choices")}
                acceptValueOnBlur
                clearable={false}
                onChange={(choices) => {
                  const kept = choices.includes(parameter.usual) ? parameter.usual : "";
                  set(index, { choices, usual: kept });
                }}
              />
              <Select
                label="Default"
                data={[{ value: "", label: "none: has to be chosen" }, ...parameter.choices]}
                allowDeselect={false}
                value={parameter.usual}
                error={wrong("default")}
                onChange={(value) => set(index, { usual: value ?? "" })}
              />
              <TextInput
                className={classes.description}
                label="Description"
                placeholder="what the choice means"
                value={parameter.description}
                error={wrong("description")}
                onChange={(event) => set(index, { description: event.currentTarget.value })}
              />
              <ActionIcon
                className={classes.remove}
                size={28}
                aria-label={`Remove ${which}`}
                onClick={() => onChange(parameters.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} stroke={1.75} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

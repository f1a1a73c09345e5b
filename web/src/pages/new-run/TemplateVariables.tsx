import { ActionIcon } from "@mantine/core";
import { IconRotate2 } from "@tabler/icons-react";
import type { Template } from "~/api/types";
import { Was } from "~/components/field/Was";
import type { Variable } from "~/components/variables/dotenv";
import classes from "~/components/variables/Variables.module.css";

type Props = {
  template: Template;
  variables: readonly Variable[];
  onChange: (variables: Variable[]) => void;
};

/** The template's variables: their values may differ for this run. */
export function TemplateVariables({ template, variables, onChange }: Props) {
  const set = (name: string, value: string | null) => {
    const others = variables.filter((each) => each.name !== name);
    onChange(value === null ? others : [...others, { name, value }]);
  };
  return Object.entries(template.variables).map(([name, usual]) => {
    const own = variables.find((each) => each.name === name)?.value;
    const changed = own !== undefined && own !== usual;
    return (
      <div key={name} className={classes.row}>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <input
          aria-label={`Value of ${name}`}
          spellCheck={false}
          value={own ?? usual}
          onChange={({ currentTarget: { value } }) => set(name, value === usual ? null : value)}
        />
        {changed ? (
          <span className={classes.was}>
            <Was value={usual} />
            <ActionIcon
              size={24}
              aria-label={`${name} as in the template`}
              onClick={() => set(name, null)}
            >
              <IconRotate2 size={14} />
            </ActionIcon>
          </span>
        ) : (
          <span className={classes.was}>template</span>
        )}
      </div>
    );
  });
}

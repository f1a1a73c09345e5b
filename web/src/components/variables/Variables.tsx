import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { parseDotEnv, type Variable } from "./dotenv";
import classes from "./Variables.module.css";

type Props = {
  variables: readonly Variable[];
  error: string | null;
  onChange: (variables: Variable[]) => void;
  /** Rows above those that can be added and removed. */
  children?: ReactNode;
};

/** Environment variables of tests. A pasted `.env` file fills as many rows as it has lines. */
export function Variables({ variables, error, onChange, children }: Props) {
  const set = (index: number, change: Partial<Variable>) =>
    onChange(variables.map((each, at) => (at === index ? { ...each, ...change } : each)));
  const onPaste = (event: React.ClipboardEvent, index: number) => {
    const pasted = parseDotEnv(event.clipboardData.getData("text"));
    if (pasted.length === 0) return;
    event.preventDefault();
    const kept = variables.filter((each, at) => at !== index || each.name !== "");
    const names = new Set(pasted.map(({ name }) => name));
    onChange([...kept.filter(({ name }) => !names.has(name)), ...pasted]);
  };
  return (
    <section>
      <div className={classes.head}>
        <h2 className={classes.label}>Variables</h2>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...variables, { name: "", value: "" }])}
        >
          Add
        </Button>
      </div>
      {(variables.length > 0 || Boolean(children)) && (
        <div className={classes.rows}>
          {children}
          {variables.map((variable, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed.
            <div key={index} className={classes.row}>
              <input
                aria-label={`Name of variable ${index + 1}`}
                placeholder="NAME, or paste a .env file"
                spellCheck={false}
                value={variable.name}
                onChange={(event) => set(index, { name: event.currentTarget.value })}
                onPaste={(event) => onPaste(event, index)}
              />
              <input
                aria-label={`Value of variable ${index + 1}`}
                placeholder="value"
                spellCheck={false}
                value={variable.value}
                onChange={(event) => set(index, { value: event.currentTarget.value })}
              />
              <ActionIcon
                size={24}
                aria-label={`Remove variable ${variable.name || index + 1}`}
                onClick={() => onChange(variables.filter((_, at) => at !== index))}
              >
                <IconX size={14} />
              </ActionIcon>
            </div>
          ))}
        </div>
      )}
      {error && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

import { ActionIcon, Button, Checkbox } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { parseDotEnv } from "~/components/variables/dotenv";
import classes from "./Dialogs.module.css";
import { NEW_VARIABLE, type VariableRow } from "./form";

type Props = {
  variables: readonly VariableRow[];
  error: string | null;
  onChange: (variables: VariableRow[]) => void;
};

/** Variables of an environment. Secret values are written, never read back. */
export function VariableRows({ variables, error, onChange }: Props) {
  const set = (index: number, change: Partial<VariableRow>) =>
    onChange(variables.map((each, at) => (at === index ? { ...each, ...change } : each)));
  const onPaste = (event: React.ClipboardEvent, index: number) => {
    const pasted = parseDotEnv(event.clipboardData.getData("text"));
    if (pasted.length === 0) return;
    event.preventDefault();
    const names = new Set(pasted.map(({ name }) => name));
    const kept = variables.filter(
      (each, at) => (at !== index || each.name !== "") && !names.has(each.name),
    );
    onChange([...kept, ...pasted.map((each) => ({ ...NEW_VARIABLE, ...each }))]);
  };
  return (
    <section aria-label="Variables">
      <div className={classes.head}>
        <span className={classes.label}>Variables</span>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...variables, NEW_VARIABLE])}
        >
          Add variable
        </Button>
      </div>
      {variables.length > 0 && (
        <div className={classes.variables}>
          {variables.map(({ name, value, secret, kept }, index) => {
            const which = name || `variable ${index + 1}`;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed.
              <div key={index} className={classes.variable}>
                <input
                  aria-label={`Name of variable ${index + 1}`}
                  placeholder="NAME, or paste a .env file"
                  spellCheck={false}
                  readOnly={kept}
                  value={name}
                  onChange={(event) => set(index, { name: event.currentTarget.value })}
                  onPaste={(event) => onPaste(event, index)}
                />
                <input
                  aria-label={`Value of ${which}`}
                  type={secret ? "password" : "text"}
                  autoComplete="off"
                  placeholder={kept ? "kept; type to replace it" : "value"}
                  spellCheck={false}
                  value={value}
                  onChange={(event) =>
                    set(index, { value: event.currentTarget.value, kept: false })
                  }
                />
                <Checkbox
                  label="secret"
                  checked={secret}
                  disabled={kept}
                  aria-label={`${which} is secret`}
                  onChange={(event) => set(index, { secret: event.currentTarget.checked })}
                />
                <ActionIcon
                  size={24}
                  aria-label={`Remove ${which}`}
                  onClick={() => onChange(variables.filter((_, at) => at !== index))}
                >
                  <IconX size={14} />
                </ActionIcon>
              </div>
            );
          })}
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

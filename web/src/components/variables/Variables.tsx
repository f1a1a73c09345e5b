import { ActionIcon, Button, Checkbox } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { parseDotEnv, type Variable } from "./dotenv";
import classes from "./Variables.module.css";

type Props<T extends Variable> = {
  variables: readonly T[];
  /** A row as it is added. With `secret` and `kept` in it, each row says whether it is a secret. */
  blank: T;
  error: string | null;
  onChange: (variables: T[]) => void;
  /** Rows above those that can be added and removed. */
  children?: ReactNode;
};

/** Environment variables of tests. A pasted `.env` file fills as many rows as it has lines. */
export function Variables<T extends Variable>(props: Props<T>) {
  const { variables, blank, error, onChange, children } = props;
  const rows = useRef<HTMLDivElement>(null);
  const added = useRef(false);
  useEffect(() => {
    if (!added.current || variables.length === 0) return;
    added.current = false;
    rows.current?.querySelector<HTMLInputElement>("[data-row]:last-child input")?.focus();
  }, [variables.length]);
  const onPaste = (event: React.ClipboardEvent, index: number) => {
    const pasted = parseDotEnv(event.clipboardData.getData("text"));
    if (pasted.length === 0) return;
    event.preventDefault();
    const names = new Set(pasted.map(({ name }) => name));
    const kept = variables.filter(
      (each, at) => (at !== index || each.name !== "") && !names.has(each.name),
    );
    onChange([...kept, ...pasted.map((each) => ({ ...blank, ...each }))]);
  };
  return (
    <section aria-label="Variables">
      <div className={classes.head}>
        <h2 className={classes.label}>Variables</h2>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            added.current = true;
            onChange([...variables, blank]);
          }}
        >
          Add variable
        </Button>
      </div>
      {(variables.length > 0 || Boolean(children)) && (
        <div ref={rows} className={classes.rows}>
          {children}
          {variables.map((variable, index) => (
            <VariableRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed.
              key={index}
              variable={variable}
              number={index + 1}
              onChange={(change) =>
                onChange(
                  variables.map((each, at) => (at === index ? { ...each, ...change } : each)),
                )
              }
              onPaste={(event) => onPaste(event, index)}
              onRemove={() => onChange(variables.filter((_, at) => at !== index))}
            />
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

type RowProps = {
  variable: Variable;
  number: number;
  onChange: (change: Partial<Variable>) => void;
  onPaste: (event: React.ClipboardEvent) => void;
  onRemove: () => void;
};

/** A name and its value. The value of a kept secret cannot be read, only replaced. */
function VariableRow({ variable, number, onChange, onPaste, onRemove }: RowProps) {
  const { name, value, secret, kept = false } = variable;
  const which = name || `variable ${number}`;
  return (
    <div className={classes.row} data-row>
      <input
        aria-label={`Name of variable ${number}`}
        placeholder="NAME, or paste a .env file"
        spellCheck={false}
        autoComplete="off"
        readOnly={kept}
        value={name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        onPaste={onPaste}
      />
      <input
        aria-label={`Value of ${which}`}
        type={secret ? "password" : "text"}
        autoComplete="off"
        placeholder={kept ? "kept; type to replace it" : "value"}
        spellCheck={false}
        value={value}
        onChange={(event) =>
          onChange({ value: event.currentTarget.value, ...(kept ? { kept: false } : {}) })
        }
      />
      {secret === undefined ? null : (
        <Checkbox
          label="secret"
          checked={secret}
          disabled={kept}
          aria-label={`${which} is secret`}
          onChange={(event) => onChange({ secret: event.currentTarget.checked })}
        />
      )}
      <ActionIcon size={24} aria-label={`Remove ${which}`} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

import { ActionIcon, Button, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ApiProblem } from "~/api/problem";
import { fieldError } from "~/api/problem";
import type { Draft, Mistakes, Variable } from "./draft";
import classes from "./NewRunPage.module.css";

type Props = {
  draft: Draft;
  mistakes: Mistakes;
  problem: ApiProblem | null;
  onChange: (change: Partial<Draft>) => void;
};

/** How to run: limits and choices of tests, all of them may be left empty. */
export function Options({ draft, mistakes, problem, onChange }: Props) {
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>Options</h2>
      <div className={classes.pair}>
        <TextInput
          label="Time limit"
          placeholder="no limit"
          value={draft.timeout}
          error={mistakes.timeout ?? fieldError(problem, "options/timeout_s")}
          onChange={(event) => onChange({ timeout: event.currentTarget.value })}
        />
        <TextInput
          label="Stop after"
          placeholder="no limit"
          inputMode="numeric"
          value={draft.maxFailures}
          error={mistakes.maxFailures ?? fieldError(problem, "options/max_failures")}
          rightSection={<span className={classes.unit}>failures</span>}
          rightSectionWidth={62}
          rightSectionPointerEvents="none"
          onChange={(event) => onChange({ maxFailures: event.currentTarget.value })}
        />
        <TextInput
          label="Keyword"
          placeholder="not slow"
          classNames={{ input: "mono" }}
          spellCheck={false}
          value={draft.keyword}
          error={fieldError(problem, "options/keyword")}
          onChange={(event) => onChange({ keyword: event.currentTarget.value })}
        />
        <TextInput
          label="Markers"
          placeholder="smoke and not wip"
          classNames={{ input: "mono" }}
          spellCheck={false}
          value={draft.markers}
          error={fieldError(problem, "options/markers")}
          onChange={(event) => onChange({ markers: event.currentTarget.value })}
        />
      </div>
      <Textarea
        label="Note"
        placeholder="why, for whom, which ticket"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4096}
        value={draft.note}
        error={fieldError(problem, "note")}
        onChange={(event) => onChange({ note: event.currentTarget.value })}
      />
    </section>
  );
}

type VariablesProps = {
  variables: readonly Variable[];
  error: string | null;
  onChange: (variables: Variable[]) => void;
};

/** Environment variables of the tests. A pasted `.env` file fills as many rows as it has lines. */
export function Variables({ variables, error, onChange }: VariablesProps) {
  const set = (index: number, change: Partial<Variable>) =>
    onChange(variables.map((each, at) => (at === index ? { ...each, ...change } : each)));
  const onPaste = (event: React.ClipboardEvent, index: number) => {
    const pasted = parseDotEnv(event.clipboardData.getData("text"));
    if (pasted.length === 0) return;
    event.preventDefault();
    const kept = variables.filter((each, at) => at !== index || each.name !== "");
    onChange([...kept, ...pasted]);
  };
  return (
    <section>
      <div className={classes.labelLine}>
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
      {variables.length > 0 && (
        <div className={classes.variables}>
          {variables.map((variable, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed.
            <div key={index} className={classes.variable}>
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

/** The variables of a `.env` text; nothing when it is none. */
export function parseDotEnv(text: string): Variable[] {
  if (!text.includes("=")) return [];
  return text.split("\n").flatMap((line) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) return [];
    const [, name = "", raw = ""] = found;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    return [{ name, value: quoted?.[2] ?? raw }];
  });
}

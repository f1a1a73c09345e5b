import { Textarea, TextInput } from "@mantine/core";
import type { ApiProblem } from "~/api/problem";
import { fieldError } from "~/api/problem";
import type { Draft, Mistakes } from "./draft";
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

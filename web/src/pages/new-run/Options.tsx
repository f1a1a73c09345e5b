import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ApiProblem } from "~/api/problem";
import { fieldError } from "~/api/problem";
import { settingsQuery } from "~/api/settings";
import { Was } from "~/components/field/Was";
import { inWords } from "~/model/time";
import type { Mistakes, OptionTexts } from "./draft";
import type { inheritedOptions } from "./inherited";
import classes from "./NewRunPage.module.css";

type OptionName = keyof ReturnType<typeof inheritedOptions>;

type Props = {
  texts: OptionTexts;
  /** What the template says; empty where it says nothing. */
  inherited: Record<OptionName, string>;
  mistakes: Mistakes;
  problem: ApiProblem | null;
  onChange: (change: Partial<OptionTexts>) => void;
};

/** How to run: limits and choices of tests, all of them may be left empty. */
export function Options({ texts, inherited, mistakes, problem, onChange }: Props) {
  const { data: settings } = useQuery(settingsQuery);
  // One that was chosen and is gone stays in sight, so that it can be taken out.
  const known = [...(settings?.interpreters ?? []), texts.interpreter, inherited.interpreter];
  const interpreters = [...new Set(known)].filter(Boolean);
  const label = (name: OptionName, words: string): ReactNode => (
    <span className={classes.labelLine}>
      {words} {texts[name].trim() && inherited[name] && <Was value={inherited[name]} />}
    </span>
  );
  return (
    <section className={classes.section}>
      <h2 className={classes.heading}>Options</h2>
      <div className={classes.pair}>
        <TextInput
          label={label("timeout", "Time limit")}
          labelProps={{ className: classes.wideLabel }}
          placeholder={inherited.timeout || "no limit"}
          value={texts.timeout}
          error={mistakes.timeout ?? fieldError(problem, "options/timeout_s")}
          onChange={(event) => onChange({ timeout: event.currentTarget.value })}
        />
        <TextInput
          label={label("maxFailures", "Stop after")}
          labelProps={{ className: classes.wideLabel }}
          placeholder={inherited.maxFailures || "no limit"}
          inputMode="numeric"
          value={texts.maxFailures}
          error={mistakes.maxFailures ?? fieldError(problem, "options/max_failures")}
          rightSection={<span className={classes.unit}>failures</span>}
          rightSectionWidth={62}
          rightSectionPointerEvents="none"
          onChange={(event) => onChange({ maxFailures: event.currentTarget.value })}
        />
        <TextInput
          label={label("keyword", "Keyword")}
          labelProps={{ className: classes.wideLabel }}
          placeholder={inherited.keyword || "not slow"}
          classNames={{ input: "mono" }}
          spellCheck={false}
          value={texts.keyword}
          error={fieldError(problem, "options/keyword")}
          onChange={(event) => onChange({ keyword: event.currentTarget.value })}
        />
        <TextInput
          label={label("markers", "Markers")}
          labelProps={{ className: classes.wideLabel }}
          placeholder={inherited.markers || "smoke"}
          classNames={{ input: "mono" }}
          spellCheck={false}
          value={texts.markers}
          error={fieldError(problem, "options/markers")}
          onChange={(event) => onChange({ markers: event.currentTarget.value })}
        />
        <Select
          label={label("retryLost", "If its host is lost")}
          labelProps={{ className: classes.wideLabel }}
          data={choices(LOST_WORDS, texts.retryLost, inherited.retryLost)}
          allowDeselect={false}
          value={texts.retryLost}
          error={fieldError(problem, "options/retry_lost")}
          onChange={(value) => onChange({ retryLost: value ?? "" })}
        />
        <Select
          label={label("keepIfFailed", "If it fails")}
          labelProps={{ className: classes.wideLabel }}
          data={[
            { value: "", label: usual(keepWords(inherited.keepIfFailed), "free at once") },
            ...withOwn(texts.keepIfFailed).map((value) => ({ value, label: keepWords(value) })),
          ]}
          allowDeselect={false}
          value={texts.keepIfFailed}
          error={fieldError(problem, "options/keep_if_failed_minutes")}
          onChange={(value) => onChange({ keepIfFailed: value ?? "" })}
        />
        <Select
          label={label("start", "Interpreter starts")}
          labelProps={{ className: classes.wideLabel }}
          data={choices(START_WORDS, texts.start, inherited.start)}
          allowDeselect={false}
          value={texts.start}
          error={fieldError(problem, "options/start")}
          onChange={(value) => onChange({ start: value ?? "" })}
        />
        <Select
          label={label("network", "Network")}
          labelProps={{ className: classes.wideLabel }}
          data={choices(NETWORK_WORDS, texts.network, inherited.network)}
          allowDeselect={false}
          value={texts.network}
          error={fieldError(problem, "options/network")}
          onChange={(value) => onChange({ network: value ?? "" })}
        />
        {interpreters.length > 0 && (
          <Select
            label={label("interpreter", "Interpreter")}
            labelProps={{ className: classes.wideLabel }}
            data={[
              { value: "", label: usual(inherited.interpreter, "the server's own") },
              ...interpreters,
            ]}
            allowDeselect={false}
            value={texts.interpreter}
            error={fieldError(problem, "options/interpreter")}
            onChange={(value) => onChange({ interpreter: value ?? "" })}
          />
        )}
      </div>
    </section>
  );
}

/** The values of an option in words, the one that is usual first. */
type Words = readonly (readonly [value: string, words: string])[];

const LOST_WORDS: Words = [
  ["0", "no new attempt"],
  ["1", "1 more attempt"],
  ["2", "2 more attempts"],
  ["3", "3 more attempts"],
];

const START_WORDS: Words = [
  ["auto", "the fastest way"],
  ["warm", "warm, also if that has to get ready"],
  ["cold", "afresh"],
];

const NETWORK_WORDS: Words = [
  ["", "as the environment has it"],
  ["machine", "that of the machine"],
  ["none", "none"],
];

/** What can be chosen. The usual value by its name is a choice only where a template says something else. */
function choices(words: Words, value: string, inherited: string) {
  const wordsOf = (name: string) => words.find(([each]) => each === name)?.[1] ?? name;
  const [first] = words;
  const others = words.filter(
    ([name]) => name !== "" && (inherited !== "" || name !== first?.[0] || name === value),
  );
  return [
    { value: "", label: usual(inherited && wordsOf(inherited), first?.[1] ?? "") },
    ...others.map(([name, label]) => ({ value: name, label })),
  ];
}

const KEEP_MINUTES: readonly string[] = ["15", "60", "240"];

/** The usual lengths, and the one that is chosen where it is another. */
function withOwn(minutes: string): readonly string[] {
  return minutes && !KEEP_MINUTES.includes(minutes) ? [...KEEP_MINUTES, minutes] : KEEP_MINUTES;
}

function keepWords(minutes: string): string {
  return minutes && `keep it ${inWords(Number(minutes) * 60_000)}`;
}

/** What happens without a choice: what the template says, or what is usual. */
function usual(ofTemplate: string, words: string): string {
  return ofTemplate ? `${ofTemplate} (template)` : words;
}

import { Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconTrash, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { plansQuery, templatesQuery } from "~/api/plans";
import { fieldError } from "~/api/problem";
import { environmentsQuery } from "~/api/queries";
import { useLimits } from "~/api/settings";
import type { Template } from "~/api/types";
import { TestPicker } from "~/catalog/TestPicker";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { NEW_VARIABLE } from "~/components/variables/dotenv";
import { Variables } from "~/components/variables/Variables";
import { useTopic } from "~/live/live";
import { hasLabels, isFree } from "~/model/environments";
import { tooLong } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";
import { useUser } from "~/shell/useUser";
import { AnyFree } from "./AnyFree";
import { CustomPath } from "./CustomPath";
import { type Draft, emptied, isWorthClearing, toBody, useDraft } from "./draft";
import { EnvironmentPicker, PickerPlace } from "./EnvironmentPicker";
import { inheritedOptions, runTargets } from "./inherited";
import classes from "./NewRunPage.module.css";
import { Options } from "./Options";
import { Preview, SubmitButton, turnOf } from "./Preview";
import { SaveTemplate } from "./SaveTemplate";
import { TemplateFields } from "./TemplateFields";
import { TemplateVariables } from "./TemplateVariables";
import { useSubmit } from "./useSubmit";
import { useTestCount } from "./useTestCount";

const route = getRouteApi("/runs/new");

/** A run is put together from left to right: who and where, what, and what will happen. */
export function NewRunPage() {
  useTopic("environments");
  useTopic("tests");
  useTitle("New run · Proctor");
  useInkButton(true);
  const { environment: wished } = route.useSearch();
  const narrow = useMediaQuery("(max-width: 1099px)", false, { getInitialValueInEffect: false });
  const [user, setUser] = useUser();
  const [draft, change] = useDraft();
  const limits = useLimits();
  const { data: environments, error: environmentsError, refetch } = useQuery(environmentsQuery);
  const { data: templates } = useQuery(templatesQuery);
  const { data: plans } = useQuery(plansQuery);
  const template = templates?.find(({ name }) => name === draft.template) ?? null;
  const { submit, busy, mistakes, problem } = useSubmit(draft, user, template, change);
  const targets = runTargets(draft, template, plans ?? []);
  const tests = useTestCount(targets);
  const chooseEnvironment = useCallback((id: number) => change({ environment: id }), [change]);
  const chooseTargets = useCallback((targets: string[]) => change({ targets }), [change]);
  useShortcuts({ "mod+enter": submit });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new wish of the address counts.
  useEffect(() => {
    if (wished) change({ environment: Number(wished), anyFree: false });
  }, [wished]);

  const environment = draft.anyFree
    ? null
    : (environments?.find(({ id }) => id === draft.environment) ?? null);
  const fitting = (environments ?? []).filter((each) => hasLabels(each, draft.labels));
  const queued = draft.anyFree
    ? environments !== undefined && !fitting.some(isFree)
    : environment !== null && turnOf(environment).words !== "starts at once";
  const footer = (
    <div className={classes.submitPlace}>
      {problem && problem.fields.length === 0 && <Failure error={problem} compact />}
      <SubmitButton queued={queued} busy={busy} onSubmit={submit} />
    </div>
  );

  return (
    <div className={classes.page}>
      <PageHead
        title="New run"
        note="Draft kept on this computer"
        actions={
          isWorthClearing(draft) && (
            <>
              <Button
                variant="subtle"
                leftSection={<IconTrash size={16} stroke={1.75} />}
                onClick={() => change(emptied(draft))}
              >
                Clear
              </Button>
              <SaveTemplate
                draft={draft}
                template={template}
                onSaved={(name) => change({ ...emptied(draft), note: draft.note, template: name })}
              />
            </>
          )
        }
      />
      <div className={classes.columns}>
        <section className={classes.column} aria-labelledby="who">
          <h2 className={classes.heading} id="who">
            Who and where
          </h2>
          <TextInput
            id="requester"
            label={
              <span className={classes.labelLine}>
                Requester <span className={classes.hint}>remembered</span>
              </span>
            }
            labelProps={{ className: classes.wideLabel }}
            placeholder="your user name"
            leftSection={<IconUser size={16} stroke={1.75} />}
            value={user}
            maxLength={limits?.requester_characters}
            autoComplete="username"
            error={mistakes.requester ?? fieldError(problem, "requester")}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <div>
            <label className={classes.label} htmlFor={draft.anyFree ? undefined : "environment"}>
              Environment
            </label>
            <SegmentedControl
              className={classes.choice}
              size="md"
              fullWidth
              aria-label="How the environment is chosen"
              data={[
                { value: "one", label: "Choose one" },
                { value: "any", label: "Any free one" },
              ]}
              value={draft.anyFree ? "any" : "one"}
              onChange={(value) => change({ anyFree: value === "any" })}
            />
            {environmentsError && !environments && (
              <Failure error={environmentsError} onRetry={() => void refetch()} compact />
            )}
            {environments &&
              (draft.anyFree ? (
                <AnyFree
                  environments={environments}
                  labels={draft.labels}
                  error={fieldError(problem, "environment")}
                  onChange={(labels) => change({ labels })}
                />
              ) : (
                <EnvironmentPicker
                  environments={environments}
                  value={draft.environment}
                  error={mistakes.environment ?? fieldError(problem, "environment")}
                  onChange={chooseEnvironment}
                />
              ))}
            {!environments && !environmentsError && !draft.anyFree && <PickerPlace />}
          </div>
          <Options
            texts={draft}
            inherited={inheritedOptions(template)}
            mistakes={mistakes}
            problem={problem}
            onChange={change}
          />
          <Textarea
            label="Note"
            placeholder="why, for whom, which ticket"
            autosize
            minRows={2}
            maxRows={8}
            value={draft.note}
            error={tooLong(draft.note, limits?.note_bytes) ?? fieldError(problem, "note")}
            onChange={(event) => change({ note: event.currentTarget.value })}
          />
        </section>
        <section className={classes.column} aria-labelledby="what">
          <h2 className={classes.heading} id="what">
            What
          </h2>
          <TemplateFields
            draft={draft}
            template={template}
            templates={templates}
            plans={plans}
            mistakes={mistakes}
            problem={problem}
            onChange={change}
          />
          <TestPicker
            targets={draft.targets}
            error={mistakes.targets ?? fieldError(problem, "targets")}
            onChange={chooseTargets}
          />
          <CustomPath value={draft.custom} onChange={(custom) => change({ custom })} />
          <Variables
            blank={NEW_VARIABLE}
            variables={draft.variables.filter(({ name }) => !(name in (template?.variables ?? {})))}
            error={fieldError(problem, "variables")}
            onChange={(own) => change({ variables: [...overridesOf(draft, template), ...own] })}
          >
            {template && Object.keys(template.variables).length > 0 && (
              <TemplateVariables
                template={template}
                variables={draft.variables}
                onChange={(variables) => change({ variables })}
              />
            )}
          </Variables>
        </section>
        <section className={classes.last} aria-labelledby="preview">
          <h2 className={classes.heading} id="preview">
            Preview
          </h2>
          <Preview
            body={toBody(draft, user)}
            targets={targets}
            environment={environment}
            anyFree={draft.anyFree}
            free={(draft.anyFree ? fitting : (environments ?? [])).filter(isFree)}
            tests={tests}
            onEnvironment={chooseEnvironment}
          />
          {!narrow && footer}
        </section>
      </div>
      {narrow && footer}
    </div>
  );
}

/** The variables of the draft that change those of the template. */
function overridesOf({ variables }: Draft, template: Template | null) {
  return variables.filter(({ name }) => name in (template?.variables ?? {}));
}

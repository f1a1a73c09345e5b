import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconTrash, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { fieldError } from "~/api/problem";
import { environmentsQuery } from "~/api/queries";
import { TestPicker } from "~/catalog/TestPicker";
import { Failure } from "~/components/failure/Failure";
import { PageHead } from "~/components/page-head/PageHead";
import { Variables } from "~/components/variables/Variables";
import { useTopic } from "~/live/live";
import { useTitle } from "~/platform/favicon";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";
import { useUser } from "~/shell/useUser";
import { AnyFree } from "./AnyFree";
import { CustomPath } from "./CustomPath";
import { allTargets, EMPTY_DRAFT, isWorthClearing, toBody, useDraft } from "./draft";
import { EnvironmentPicker } from "./EnvironmentPicker";
import classes from "./NewRunPage.module.css";
import { Options } from "./Options";
import { Preview, SubmitButton, turnOf } from "./Preview";
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
  const { data: environments, error: environmentsError, refetch } = useQuery(environmentsQuery);
  const { submit, busy, mistakes, problem } = useSubmit(draft, user, change);
  const tests = useTestCount(allTargets(draft));
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
  const queued = environment ? turnOf(environment).words !== "starts at once" : false;
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
            <Button
              variant="subtle"
              leftSection={<IconTrash size={16} stroke={1.75} />}
              onClick={() => change({ ...EMPTY_DRAFT, environment: draft.environment })}
            >
              Clear
            </Button>
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
            maxLength={128}
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
          </div>
          <Options draft={draft} mistakes={mistakes} problem={problem} onChange={change} />
        </section>
        <section className={classes.column} aria-labelledby="what">
          <h2 className={classes.heading} id="what">
            What
          </h2>
          <TestPicker
            targets={draft.targets}
            error={mistakes.targets ?? fieldError(problem, "targets")}
            onChange={chooseTargets}
          />
          <CustomPath value={draft.custom} onChange={(custom) => change({ custom })} />
          <Variables
            variables={draft.variables}
            error={fieldError(problem, "variables")}
            onChange={(variables) => change({ variables })}
          />
        </section>
        <section className={classes.last} aria-labelledby="preview">
          <h2 className={classes.heading} id="preview">
            Preview
          </h2>
          <Preview
            body={toBody(draft, user)}
            environment={environment}
            anyFree={draft.anyFree}
            environments={environments ?? []}
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

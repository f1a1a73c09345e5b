import { Button, Textarea, TextInput } from "@mantine/core";
import { IconChevronLeft, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { deleteTemplate, plansQuery, saveTemplate, templatesQuery } from "~/api/plans";
import { type ApiProblem, fieldError, toProblem } from "~/api/problem";
import type { Template } from "~/api/types";
import { TestPicker } from "~/catalog/TestPicker";
import { DeleteButton } from "~/components/dialog/DeleteButton";
import { Failure } from "~/components/failure/Failure";
import classes from "~/components/list/Split.module.css";
import { noticeDone } from "~/components/notices/notices";
import { PlanSelect } from "~/components/plans/PlanSelect";
import { Variables } from "~/components/variables/Variables";
import { checkOptions, startDraft } from "~/pages/new-run/draft";
import { inheritedOptions } from "~/pages/new-run/inherited";
import { Options } from "~/pages/new-run/Options";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";
import { type TemplateForm, toForm, toTemplate } from "./form";
import { Parameters } from "./Parameters";

type Props = {
  template: Template | null;
  onSaved: (template: Template) => void;
  onClose: () => void;
};

/** One template, or a new one: what it runs, with what, and what it leaves to choose. */
export function TemplateEditor({ template, onSaved, onClose }: Props) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { data: plans = [] } = useQuery(plansQuery);
  const [form, setForm] = useState(() => toForm(template));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const change = useCallback((some: Partial<TemplateForm>) => {
    setForm((before) => ({ ...before, ...some }));
    setProblem(null);
  }, []);
  const chooseTargets = useCallback((targets: string[]) => change({ targets }), [change]);
  const mistakes = checkOptions(form.options);
  const changed = JSON.stringify(form) !== JSON.stringify(toForm(template));
  const complete = form.name.trim() !== "" && Object.keys(mistakes).length === 0;
  useInkButton(true);

  const save = async () => {
    if (busy || !complete || !changed) return;
    setBusy(true);
    setProblem(null);
    try {
      const saved = await saveTemplate(template?.name ?? null, toTemplate(form));
      await cache.invalidateQueries({ queryKey: templatesQuery.queryKey });
      noticeDone(`Template ${saved.name} is saved`);
      setForm(toForm(saved));
      onSaved(saved);
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    if (!template) return;
    await deleteTemplate(template.name);
    await cache.invalidateQueries({ queryKey: templatesQuery.queryKey });
    onClose();
  };
  const run = () => {
    if (!template) return;
    startDraft({ template: template.name });
    void navigate({ to: "/runs/new" });
  };
  useShortcuts({ "mod+enter": () => void save() });
  const taken = problem?.status === 409 ? problem.message : null;

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className={classes.head}>
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.back}
          leftSection={<IconChevronLeft size={16} />}
          onClick={onClose}
        >
          All templates
        </Button>
        <h2 className={classes.title}>{template?.name ?? "New template"}</h2>
        {template && (
          <>
            <DeleteButton word="Delete template" question="Delete this template?" onDelete={remove}>
              {template.name}. Runs that used it keep what they ran.
            </DeleteButton>
            <Button
              leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
              disabled={changed}
              title={changed ? "Save the changes first" : undefined}
              onClick={run}
            >
              Run this
            </Button>
          </>
        )}
        <Button type="submit" variant="filled" loading={busy} disabled={!complete || !changed}>
          {template ? "Save changes" : "Save template"}
        </Button>
      </div>
      {problem && !taken && <Failure error={problem} compact />}
      <TextInput
        label="Name"
        placeholder="payments-regression"
        maxLength={128}
        value={form.name}
        error={fieldError(problem, "name") ?? taken}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        placeholder="what it is for"
        autosize
        minRows={1}
        maxRows={6}
        value={form.description}
        error={fieldError(problem, "description")}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <PlanSelect
        label="Test plans"
        plans={plans}
        value={form.plans}
        error={fieldError(problem, "plans")}
        onChange={(ids) => change({ plans: ids })}
      />
      <TestPicker
        targets={form.targets}
        error={fieldError(problem, "targets")}
        onChange={chooseTargets}
      />
      <Parameters
        parameters={form.parameters}
        problem={problem}
        onChange={(parameters) => change({ parameters })}
      />
      <Variables
        variables={form.variables}
        error={fieldError(problem, "variables")}
        onChange={(variables) => change({ variables })}
      />
      <Options
        texts={form.options}
        inherited={inheritedOptions(null)}
        mistakes={mistakes}
        problem={problem}
        onChange={(some) => change({ options: { ...form.options, ...some } })}
      />
    </form>
  );
}

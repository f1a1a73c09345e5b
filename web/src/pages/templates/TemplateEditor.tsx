import { Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { deleteTemplate, plansQuery, saveTemplate, templatesQuery } from "~/api/plans";
import { fieldError } from "~/api/problem";
import { useLimits } from "~/api/settings";
import type { Template } from "~/api/types";
import { TestPicker } from "~/catalog/TestPicker";
import { EditorForm } from "~/components/list/EditorForm";
import { useEditor } from "~/components/list/useEditor";
import { PlanSelect } from "~/components/plans/PlanSelect";
import { NEW_VARIABLE } from "~/components/variables/dotenv";
import { Variables } from "~/components/variables/Variables";
import { checkOptions } from "~/pages/new-run/draft";
import { inheritedOptions } from "~/pages/new-run/inherited";
import { Options } from "~/pages/new-run/Options";
import { useStartDraft } from "~/pages/new-run/useStartDraft";
import { type TemplateForm, toForm, toTemplate } from "./form";
import { Parameters } from "./Parameters";

type Props = {
  template: Template | null;
  onSaved: (template: Template) => void;
  onClose: () => void;
};

/** One template, or a new one: what it runs, with what, and what it leaves to choose. */
export function TemplateEditor({ template, onSaved, onClose }: Props) {
  const { data: plans } = useQuery(plansQuery);
  const limits = useLimits();
  const start = useStartDraft();
  const [form, setForm] = useState(() => toForm(template));
  const editor = useEditor<Template>({
    list: templatesQuery.queryKey,
    save: () => saveTemplate(template?.name ?? null, toTemplate(form)),
    told: (saved) => `Template ${saved.name} is saved`,
    onSaved: (saved) => {
      setForm(toForm(saved));
      onSaved(saved);
    },
    remove: async () => {
      if (template) await deleteTemplate(template.name);
    },
    onRemoved: onClose,
  });
  const { problem, forget } = editor;
  const latest = useRef(forget);
  latest.current = forget;
  const change = useCallback((some: Partial<TemplateForm>) => {
    setForm((before) => ({ ...before, ...some }));
    latest.current();
  }, []);
  const chooseTargets = useCallback((targets: string[]) => change({ targets }), [change]);
  const mistakes = checkOptions(form.options);
  const taken = problem?.status === 409 ? problem.message : null;
  return (
    <EditorForm
      kind="template"
      title={template?.name ?? "New template"}
      existing={template && { name: template.name, run: () => start({ template: template.name }) }}
      changed={JSON.stringify(form) !== JSON.stringify(toForm(template))}
      complete={form.name.trim() !== "" && Object.keys(mistakes).length === 0}
      editor={editor}
      problem={taken ? null : problem}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="payments-regression"
        maxLength={limits?.name_characters}
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
        blank={NEW_VARIABLE}
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
    </EditorForm>
  );
}

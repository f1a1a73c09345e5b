import { TextInput } from "@mantine/core";
import { useState } from "react";
import { deletePlan, plansQuery, savePlan } from "~/api/plans";
import { fieldError } from "~/api/problem";
import { useLimits } from "~/api/settings";
import type { Plan } from "~/api/types";
import { TestPicker } from "~/catalog/TestPicker";
import { EditorForm } from "~/components/list/EditorForm";
import { useEditor } from "~/components/list/useEditor";
import { useStartDraft } from "~/pages/new-run/useStartDraft";

type Props = { plan: Plan | null; onSaved: (plan: Plan) => void; onClose: () => void };

/** One plan, or a new one: its name and the tests that are in it. */
export function PlanEditor({ plan, onSaved, onClose }: Props) {
  const start = useStartDraft();
  const limits = useLimits();
  const [name, setName] = useState(plan?.name ?? "");
  const [targets, setTargets] = useState<string[]>(plan?.targets ?? []);
  const editor = useEditor<Plan>({
    list: plansQuery.queryKey,
    save: () => {
      const all = targets.map((target) => target || ".");
      return savePlan(plan?.id ?? null, { name: name.trim(), targets: all });
    },
    told: (saved) => `Plan ${saved.id} ${saved.name} is saved`,
    onSaved: (saved) => {
      setTargets(saved.targets);
      onSaved(saved);
    },
    remove: async () => {
      if (plan) await deletePlan(plan.id);
    },
    onRemoved: onClose,
  });
  const { problem, forget } = editor;
  const isNew = plan === null && name.trim() === "" && targets.length === 0;
  const changed =
    !isNew && (name.trim() !== plan?.name || targets.join("\n") !== plan.targets.join("\n"));
  const taken = problem?.status === 409 ? problem.message : null;
  const wrongName = fieldError(problem, "name") ?? taken;
  const wrongTargets = fieldError(problem, "targets");
  return (
    <EditorForm
      kind="plan"
      title={plan ? `Plan ${plan.id}` : "New plan"}
      existing={plan && { name: `${plan.id} ${plan.name}`, run: () => start({ plans: [plan.id] }) }}
      changed={changed}
      complete={name.trim() !== "" && targets.length > 0}
      editor={editor}
      problem={wrongName || wrongTargets ? null : problem}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="payments"
        maxLength={limits?.name_characters}
        value={name}
        error={wrongName}
        onChange={(event) => {
          setName(event.currentTarget.value);
          forget();
        }}
      />
      <TestPicker targets={targets} error={wrongTargets} onChange={setTargets} />
    </EditorForm>
  );
}

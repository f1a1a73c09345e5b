import { Button, TextInput } from "@mantine/core";
import { IconChevronLeft, IconPlayerPlay } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deletePlan, plansQuery, savePlan } from "~/api/plans";
import { type ApiProblem, fieldError, toProblem } from "~/api/problem";
import type { Plan } from "~/api/types";
import { TestPicker } from "~/catalog/TestPicker";
import { DeleteButton } from "~/components/dialog/DeleteButton";
import { Failure } from "~/components/failure/Failure";
import classes from "~/components/list/Split.module.css";
import { noticeDone } from "~/components/notices/notices";
import { startDraft } from "~/pages/new-run/draft";
import { useShortcuts } from "~/platform/shortcuts";
import { useInkButton } from "~/shell/ink";

type Props = { plan: Plan | null; onSaved: (plan: Plan) => void; onClose: () => void };

/** One plan, or a new one: its name and the tests that are in it. */
export function PlanEditor({ plan, onSaved, onClose }: Props) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(plan?.name ?? "");
  const [targets, setTargets] = useState<string[]>(plan?.targets ?? []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const changed = name.trim() !== plan?.name || targets.join("\n") !== plan.targets.join("\n");
  const complete = name.trim() !== "" && targets.length > 0;
  useInkButton(true);

  const save = async () => {
    if (busy || !complete || !changed) return;
    setBusy(true);
    setProblem(null);
    try {
      const all = targets.map((target) => target || ".");
      const saved = await savePlan(plan?.id ?? null, { name: name.trim(), targets: all });
      await cache.invalidateQueries({ queryKey: plansQuery.queryKey });
      noticeDone(`Plan ${saved.id} ${saved.name} is saved`);
      setTargets(saved.targets);
      onSaved(saved);
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    if (!plan) return;
    await deletePlan(plan.id);
    await cache.invalidateQueries({ queryKey: plansQuery.queryKey });
    onClose();
  };
  const run = () => {
    if (!plan) return;
    startDraft({ plans: [plan.id] });
    void navigate({ to: "/runs/new" });
  };
  useShortcuts({ "mod+enter": () => void save() });
  const taken = problem?.status === 409 ? problem.message : null;
  const wrongName = fieldError(problem, "name") ?? taken;
  const wrongTargets = fieldError(problem, "targets");

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
          All plans
        </Button>
        <h2 className={classes.title}>{plan ? `Plan ${plan.id}` : "New plan"}</h2>
        {plan && (
          <>
            <DeleteButton word="Delete plan" question="Delete this plan?" onDelete={remove}>
              {plan.id} {plan.name}. Runs that used it keep what they ran.
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
          {plan ? "Save changes" : "Save plan"}
        </Button>
      </div>
      {problem && !wrongName && !wrongTargets && <Failure error={problem} compact />}
      <TextInput
        label="Name"
        placeholder="payments"
        maxLength={128}
        value={name}
        error={wrongName}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setProblem(null);
        }}
      />
      <TestPicker targets={targets} error={wrongTargets} onChange={setTargets} />
    </form>
  );
}

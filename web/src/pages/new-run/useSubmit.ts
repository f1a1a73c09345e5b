import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { createRun } from "~/api/actions";
import { type ApiProblem, toProblem } from "~/api/problem";
import { keys } from "~/api/queries";
import type { Template } from "~/api/types";
import { randomId } from "~/platform/browser";
import { checkDraft, type Draft, emptied, type Mistakes, toBody } from "./draft";

/** Asks for the run, once: a second click or a repeat after a lost answer makes no second run. */
export function useSubmit(
  draft: Draft,
  user: string,
  template: Template | null,
  change: (change: Partial<Draft>) => void,
) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [checked, setChecked] = useState(false);
  const [problem, setProblem] = useState<{ of: string; problem: ApiProblem } | null>(null);
  const underWay = useRef(false);
  const key = useRef<{ of: string; key: string } | null>(null);
  const body = toBody(draft, user);
  const text = JSON.stringify(body);
  const mistakes: Mistakes = checked ? checkDraft(draft, user, template) : {};

  const submit = async () => {
    if (underWay.current) return;
    setChecked(true);
    const found = checkDraft(draft, user, template);
    if (Object.keys(found).length > 0) {
      focusFirst(found);
      return;
    }
    underWay.current = true;
    setBusy(true);
    setProblem(null);
    // The same wish keeps its key, so that asking again after a lost answer is answered with the first run.
    if (key.current?.of !== text) key.current = { of: text, key: randomId() };
    try {
      const run = await createRun(body, key.current.key);
      key.current = null;
      cache.setQueryData(keys.run(run.id), run);
      change(emptied(draft));
      await navigate({ to: "/runs/$id", params: { id: String(run.id) } });
    } catch (cause) {
      setProblem({ of: text, problem: toProblem(cause) });
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  };

  return {
    submit: () => void submit(),
    busy,
    mistakes,
    // A refusal is about what was sent: whoever has changed it since has answered it.
    problem: problem?.of === text ? problem.problem : null,
  };
}

function focusFirst(mistakes: Mistakes): void {
  const id = mistakes.requester
    ? "requester"
    : mistakes.environment
      ? "environment"
      : mistakes.targets
        ? "custom-path"
        : null;
  if (id) document.getElementById(id)?.focus();
}

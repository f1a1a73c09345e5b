import { Button, Checkbox, Modal, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { changeEnvironment, createEnvironment } from "~/api/environments";
import { fieldError } from "~/api/problem";
import { useLimits } from "~/api/settings";
import type { Environment } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { Variables } from "~/components/variables/Variables";
import classes from "./Dialogs.module.css";
import { type EnvironmentForm, NEW_VARIABLE, toChanges, toForm } from "./form";
import { useChange } from "./useChange";

type Props = {
  /** Null makes a new one. */
  environment: Environment | null;
  labels: readonly string[];
  opened: boolean;
  onClose: () => void;
  onSaved: (id: number) => void;
};

/** What an environment is called, its labels, and the variables that every run in it sees. */
export function EditDialog({ environment, labels, opened, onClose, onSaved }: Props) {
  const [form, setForm] = useState<EnvironmentForm>(() => toForm(environment));
  const { busy, problem, run, forget } = useChange();
  const limits = useLimits();
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled anew when it opens, not while it is open.
  useEffect(() => {
    if (!opened) return;
    setForm(toForm(environment));
    forget();
  }, [opened]);
  const change = (some: Partial<EnvironmentForm>) => {
    setForm((before) => ({ ...before, ...some }));
    forget();
  };
  const save = async () => {
    let id = environment?.id ?? 0;
    const saved = await run(async () => {
      const changes = toChanges(form);
      const number = form.id.trim() ? { id: Number(form.id) } : {};
      const now = environment
        ? await changeEnvironment(environment.id, changes)
        : await createEnvironment({ ...number, ...changes });
      id = now.id;
    });
    if (!saved) return;
    onClose();
    onSaved(id);
  };
  const fields = ["id", "name", "description", "labels", "variables", "network"];
  const told = fields.some((field) => fieldError(problem, field));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={environment ? `Environment ${environment.id}` : "New environment"}
      size="lg"
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={environment ? undefined : classes.pair}>
          {!environment && (
            <TextInput
              label="Number"
              placeholder="next free"
              inputMode="numeric"
              value={form.id}
              error={fieldError(problem, "id")}
              onChange={(event) => change({ id: event.currentTarget.value.replace(/\D/g, "") })}
            />
          )}
          <TextInput
            label="Name"
            placeholder="berlin-a"
            maxLength={limits?.name_characters}
            data-autofocus
            value={form.name}
            error={fieldError(problem, "name")}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </div>
        <Textarea
          label="Description"
          placeholder="where it is, what is special about it"
          autosize
          minRows={1}
          maxRows={5}
          value={form.description}
          error={fieldError(problem, "description")}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <TagsInput
          label="Labels"
          placeholder={form.labels.length === 0 ? "staging, then Enter" : ""}
          data={[...labels]}
          value={form.labels}
          error={fieldError(problem, "labels")}
          acceptValueOnBlur
          onChange={(next) => change({ labels: next })}
        />
        <Variables
          variables={form.variables}
          blank={NEW_VARIABLE}
          error={fieldError(problem, "variables")}
          onChange={(variables) => change({ variables })}
        />
        <Checkbox
          label="Tests have the network of the machine"
          description="Otherwise nothing but a loopback device, unless a run or its template says so."
          checked={form.hasNetwork}
          error={fieldError(problem, "network")}
          onChange={(event) => change({ hasNetwork: event.currentTarget.checked })}
        />
        {problem && !told && <Failure error={problem} compact />}
        <div className={classes.foot}>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" variant="filled" loading={busy}>
            {environment ? "Save changes" : "Create environment"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

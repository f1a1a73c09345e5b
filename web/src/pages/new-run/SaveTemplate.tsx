import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { IconBookmark } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { saveTemplate, templatesQuery } from "~/api/plans";
import { type ApiProblem, fieldError, toProblem } from "~/api/problem";
import { useLimits } from "~/api/settings";
import type { Template } from "~/api/types";
import { Failure } from "~/components/failure/Failure";
import { noticeDone } from "~/components/notices/notices";
import type { Draft } from "./draft";
import { toTemplate } from "./inherited";
import classes from "./NewRunPage.module.css";

type Props = { draft: Draft; template: Template | null; onSaved: (name: string) => void };

/** Saves what is put together here, for the next time and for others. */
export function SaveTemplate({ draft, template, onSaved }: Props) {
  const cache = useQueryClient();
  const limits = useLimits();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const taken = problem?.status === 409;
  const wrong = fieldError(problem, "name");
  const open = () => {
    setName(template?.name ?? "");
    setDescription(template?.description ?? "");
    setProblem(null);
    setOpened(true);
  };
  const save = async (instead: "new" | "replace") => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { ...toTemplate(draft, template), name: name.trim(), description };
      const saved = await saveTemplate(instead === "replace" ? name.trim() : null, body);
      await cache.invalidateQueries({ queryKey: templatesQuery.queryKey });
      noticeDone(`Template ${saved.name} is saved`);
      setOpened(false);
      onSaved(saved.name);
    } catch (cause) {
      setProblem(toProblem(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button leftSection={<IconBookmark size={16} stroke={1.75} />} onClick={open}>
        Save as template
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Save as template" size="lg">
        <form
          className={classes.section}
          onSubmit={(event) => {
            event.preventDefault();
            void save(taken ? "replace" : "new");
          }}
        >
          <TextInput
            label="Name"
            data-autofocus
            maxLength={limits?.name_characters}
            value={name}
            error={taken ? "There is a template of this name already" : wrong}
            onChange={(event) => {
              setName(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <Textarea
            label="Description"
            placeholder="what it is for"
            autosize
            minRows={2}
            maxRows={6}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <p className={classes.sub}>
            Everybody sees its variables: secrets belong to environments.
          </p>
          {problem && !taken && !wrong && <Failure error={problem} compact />}
          <div className={classes.dialogFoot}>
            <Button onClick={() => setOpened(false)}>Not now</Button>
            <Button type="submit" variant="filled" loading={busy} disabled={name.trim() === ""}>
              {taken ? "Replace it" : "Save template"}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}

import { useDebouncedValue } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiProblem, toProblem } from "~/api/problem";
import { keys } from "~/api/queries";
import type { Upload, UploadPreview } from "~/api/types";
import { type Conflict, type Picked, previewUpload, uploadFiles } from "~/api/uploads";
import type { Pick } from "./picking";
import { sendable } from "./verdicts";

/** What was said of which files on their way to which directory. */
export type Looked = { preview: UploadPreview; of: readonly Picked[]; directory: string };

/** Where an upload is: put together and looked at, under way, stored. */
export type Step =
  | { name: "looking"; looked: Looked | null }
  | { name: "ready"; looked: Looked }
  | { name: "sending"; looked: Looked; bytes: number }
  | { name: "stored"; upload: Upload }
  | { name: "failed"; problem: ApiProblem };

export type UploadState = ReturnType<typeof useUpload>;

const NOT_LOOKED: Step = { name: "looking", looked: null };

let nextId = 0;

/** Files on their way to the tests root. Every change of them is looked at anew; nothing is stored before `send`. */
export function useUpload(suggested: string) {
  const cache = useQueryClient();
  const [files, setFiles] = useState<readonly Picked[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [onConflict, setOnConflict] = useState<Conflict>("refuse");
  const [step, setStep] = useState<Step>(NOT_LOOKED);
  const [refusal, setRefusal] = useState<ApiProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const sending = useRef<AbortController | null>(null);
  const directory = chosen ?? suggested;
  const [asked] = useDebouncedValue(directory, 250);
  const stored = step.name === "stored";
  // What is typed or added is looked at a moment later; until then nothing is known of it.
  const fits =
    step.name === "ready" && step.looked.directory === directory && step.looked.of === files;
  const present: Step =
    step.name === "ready" && !fits ? { name: "looking", looked: step.looked } : step;

  // What is stored is looked at no more; the directory as it is typed is waited for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt asks again for the same.
  useEffect(() => {
    if (files.length === 0 || stored) return;
    const giveUp = new AbortController();
    // What was said before stays in sight until there is something newer.
    setStep((before) => ({ name: "looking", looked: "looked" in before ? before.looked : null }));
    previewUpload({ directory: asked || ".", files, onConflict: "refuse" }, giveUp.signal)
      .then((preview) =>
        setStep({ name: "ready", looked: { preview, of: files, directory: asked } }),
      )
      .catch((cause) => {
        if (!giveUp.signal.aborted) setStep({ name: "failed", problem: toProblem(cause) });
      });
    return () => giveUp.abort();
  }, [files, asked, attempt, stored]);

  const add = useCallback((picked: readonly Pick[]) => {
    setRefusal(null);
    setStep((before) => (before.name === "stored" ? NOT_LOOKED : before));
    setFiles((before) => {
      // The same path again is the newer file.
      const again = new Set(picked.map(({ path }) => path));
      const kept = before.filter(({ path }) => !again.has(path));
      return [...kept, ...picked.map((each) => ({ ...each, id: nextId++ }))];
    });
  }, []);

  const close = useCallback(() => {
    sending.current?.abort();
    setFiles([]);
    setChosen(null);
    setRefusal(null);
    setStep(NOT_LOOKED);
  }, []);

  const send = async (): Promise<Upload | null> => {
    if (present.name !== "ready") return null;
    const { looked } = present;
    const going = sendable(looked.preview, looked.of, onConflict);
    const giveUp = new AbortController();
    sending.current = giveUp;
    setRefusal(null);
    setStep({ name: "sending", looked, bytes: 0 });
    try {
      const onProgress = (bytes: number) =>
        setStep((now) => (now.name === "sending" ? { ...now, bytes } : now));
      const shipment = { directory: directory || ".", files: going, onConflict };
      const upload = await uploadFiles(shipment, onProgress, giveUp.signal);
      setFiles([]);
      setStep({ name: "stored", upload });
      void cache.invalidateQueries({ queryKey: keys.tests });
      return upload;
    } catch (cause) {
      if (giveUp.signal.aborted) return null;
      // Somebody may have stored the same meanwhile: what was refused is looked at again.
      setRefusal(toProblem(cause));
      setAttempt((before) => before + 1);
      return null;
    }
  };

  return {
    active: files.length > 0 || stored,
    files,
    directory,
    setDirectory: (path: string) => setChosen(path),
    onConflict,
    setOnConflict,
    step: present,
    refusal,
    add,
    remove: (id: number) => setFiles((before) => before.filter((each) => each.id !== id)),
    retry: () => setAttempt((before) => before + 1),
    send,
    close,
  };
}

import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { createComment } from "~/api/comments";
import { type ApiProblem, fieldError, toProblem } from "~/api/problem";
import { Failure } from "~/components/failure/Failure";
import { useUser } from "~/shell/useUser";
import classes from "./Comments.module.css";

type Props = { run: number; nodeid: string | null; onDone: () => void; onCancel: () => void };

/** A comment before it is kept. */
export function CommentForm({ run, nodeid, onDone, onCancel }: Props) {
  const [user, setUser] = useUser();
  const [author, setAuthor] = useState(user);
  const [text, setText] = useState("");
  const [url, setUrl] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const empty = author.trim() === "" || (text.trim() === "" && url.trim() === "");
  const mistake = (field: string) => fieldError(problem, field);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await createComment(run, {
        author,
        ...(text.trim() && { text }),
        ...(url.trim() && { url }),
        ...(nodeid !== null && { nodeid }),
      });
      if (user === "") setUser(author.trim());
      onDone();
    } catch (cause) {
      setProblem(toProblem(cause));
      setBusy(false);
    }
  };
  return (
    <form className={classes.form} onSubmit={(event) => void send(event)}>
      {user === "" && (
        <TextInput
          label="Your name"
          value={author}
          error={mistake("author")}
          onChange={(event) => setAuthor(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Comment"
        autosize
        minRows={2}
        maxRows={12}
        data-autofocus
        value={text}
        error={mistake("text")}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <TextInput
        label="Ticket"
        type="url"
        placeholder="https://"
        value={url}
        error={mistake("url")}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      {problem && problem.fields.length === 0 && <Failure error={problem} compact />}
      <div className={classes.foot}>
        <Button onClick={onCancel}>Discard</Button>
        <Button type="submit" variant="filled" loading={busy} disabled={empty}>
          Add comment
        </Button>
      </div>
    </form>
  );
}

import { ActionIcon, Button } from "@mantine/core";
import { IconExternalLink, IconMessage, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { commentsQuery, deleteComment } from "~/api/comments";
import type { Comment, RunDetail } from "~/api/types";
import { AskDelete } from "~/components/dialog/DeleteButton";
import { Failure } from "~/components/failure/Failure";
import { absolute, relative } from "~/model/time";
import { useNow } from "~/platform/clock";
import { CommentForm } from "./CommentForm";
import classes from "./Comments.module.css";

type Props = {
  run: RunDetail;
  /** Only those about this test; null for all of the run. */
  nodeid: string | null;
};

/** What people say about the run or one of its tests, and a place to say more. */
export function Comments({ run, nodeid }: Props) {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery(commentsQuery(run.id, run.comments));
  const all = run.comments > 0 ? (data ?? []) : [];
  const [writing, setWriting] = useState(false);
  const shown = nodeid === null ? all : all.filter((comment) => comment.nodeid === nodeid);
  const changed = () => cache.invalidateQueries({ queryKey: ["run", run.id] });
  return (
    <section className={classes.comments} aria-label="Comments">
      {error && <Failure error={error} onRetry={() => void refetch()} compact />}
      {shown.length > 0 && (
        <ul>
          {shown.map((comment) => (
            <OneComment
              key={comment.id}
              run={run.id}
              comment={comment}
              withTest={nodeid === null}
              onGone={changed}
            />
          ))}
        </ul>
      )}
      {writing ? (
        <CommentForm
          run={run.id}
          nodeid={nodeid}
          onDone={() => {
            setWriting(false);
            void changed();
          }}
          onCancel={() => setWriting(false)}
        />
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconMessage size={14} stroke={1.75} />}
          onClick={() => setWriting(true)}
        >
          Comment or link a ticket
        </Button>
      )}
    </section>
  );
}

type OneProps = { run: number; comment: Comment; withTest: boolean; onGone: () => void };

function OneComment({ run, comment, withTest, onGone }: OneProps) {
  const [asking, setAsking] = useState(false);
  const now = useNow();
  return (
    <li className={classes.comment}>
      <div className={classes.by}>
        <b>{comment.author}</b>
        <time dateTime={comment.created_at} title={absolute(comment.created_at)}>
          {relative(comment.created_at, now)}
        </time>
        {withTest && comment.nodeid && (
          <Link
            to="/runs/$id"
            params={{ id: String(run) }}
            search={{ test: comment.nodeid }}
            className={classes.test}
          >
            {comment.nodeid}
          </Link>
        )}
        <ActionIcon
          className={classes.delete}
          variant="subtle"
          size={24}
          aria-label={`Delete the comment of ${comment.author}`}
          onClick={() => setAsking(true)}
        >
          <IconTrash size={14} stroke={1.75} />
        </ActionIcon>
      </div>
      {comment.text && <p className={classes.text}>{comment.text}</p>}
      {comment.url && <Ticket url={comment.url} />}
      <AskDelete
        word="Delete comment"
        question={`Delete the comment of ${comment.author}?`}
        opened={asking}
        onClose={() => setAsking(false)}
        onDelete={async () => {
          await deleteComment(run, comment.id);
          onGone();
        }}
      >
        Nobody can read it then.
      </AskDelete>
    </li>
  );
}

/** Anybody may have written it: the whole address is shown, and only one of the web becomes a link. */
function Ticket({ url }: { url: string }) {
  if (!/^https?:\/\//i.test(url)) return <p className={classes.text}>{url}</p>;
  return (
    <a className={classes.ticket} href={url} target="_blank" rel="noopener noreferrer nofollow">
      <IconExternalLink size={14} stroke={1.75} aria-hidden />
      {url}
    </a>
  );
}

import { Button } from "@mantine/core";
import { IconDroplet } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { createRun } from "~/api/actions";
import type { RunDetail, TestCase } from "~/api/types";
import { noticeDone, noticeFailure } from "~/components/notices/notices";
import { randomId } from "~/platform/browser";
import { useUser } from "~/shell/useUser";
import classes from "./LeakTab.module.css";

/** Repeats a test that passed, where it ran and with what it saw, and goes to where its verdict will be. */
export function HuntButton({ run, test }: { run: RunDetail; test: TestCase }) {
  const navigate = useNavigate();
  const [user] = useUser();
  const [busy, setBusy] = useState(false);
  const environment = run.environment?.id;
  if (environment === undefined) return null;
  const hunt = async () => {
    setBusy(true);
    try {
      const asked = await createRun(
        {
          requester: user || run.requester,
          environment,
          targets: [test.nodeid],
          // Its template would bring targets of its own.
          variables: { ...run.variables, ...run.parameters },
          options: { leak: {} },
        },
        randomId(),
      );
      noticeDone(`Run ${asked.id} asked for`);
      await navigate({
        to: "/runs/$id",
        params: { id: String(asked.id) },
        search: { tab: "leak" },
      });
    } catch (cause) {
      noticeFailure("The leak hunt was not asked for", cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      className={classes.hunt}
      variant="subtle"
      size="compact-sm"
      leftSection={<IconDroplet size={14} stroke={1.75} />}
      title="Repeat this test in one process and tell whether memory grows"
      loading={busy}
      onClick={() => void hunt()}
    >
      Leak hunt
    </Button>
  );
}

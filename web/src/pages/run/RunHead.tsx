import { ActionIcon, Button, Menu, Popover } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconCopy,
  IconDots,
  IconDownload,
  IconFileCode,
  IconGitCompare,
  IconRefresh,
  IconSquare,
} from "@tabler/icons-react";
import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import type { RunDetail } from "~/api/types";
import { Connection } from "~/components/connection/Connection";
import { CopyButton } from "~/components/copy/CopyButton";
import { noticeDone } from "~/components/notices/notices";
import { useCancel, useRerun } from "~/components/run-actions/runActions";
import { commandLine } from "~/model/command";
import { badOf, isCancelling } from "~/model/run";
import { formatNumber } from "~/model/words";
import { copyText } from "~/platform/browser";
import { useInkButton } from "~/shell/ink";
import { useUser } from "~/shell/useUser";
import classes from "./RunHead.module.css";

const icon = { size: 16, stroke: 1.75 };

type Props = { run: RunDetail };

/** Where one is, and what can be done with the run. */
export function RunHead({ run }: Props) {
  const router = useRouter();
  const navigate = useNavigate();
  const bad = badOf(run.progress);
  const finished = run.state === "finished";
  const canRerunFailed = finished && bad > 0;
  const rerun = useRerun(run.id);
  useInkButton(canRerunFailed);
  const back = () => {
    if (router.history.canGoBack()) router.history.back();
    else void navigate({ to: "/runs" });
  };
  return (
    <header className={classes.head}>
      <ActionIcon className={classes.back} size={36} aria-label="Back" onClick={back}>
        <IconChevronLeft size={20} stroke={1.75} />
      </ActionIcon>
      <nav className={classes.crumbs} aria-label="Breadcrumb">
        <Link to="/runs" className={classes.up}>
          Runs
        </Link>
        <IconChevronRight size={14} className={classes.chevron} aria-hidden />
        <span className={`mono ${classes.id}`} aria-current="page">
          {run.id}
        </span>
        <span className={classes.wide}>
          <CopyButton text={() => Promise.resolve(window.location.href)} label="Copy the link" />
        </span>
      </nav>
      <span className={classes.phone}>
        <Connection note={false} />
      </span>
      <div className={classes.actions}>
        {typeof run.rerun_of === "number" && <CompareLink run={run.id} before={run.rerun_of} />}
        <Button
          className={!finished || canRerunFailed ? classes.wideButton : undefined}
          leftSection={<IconRefresh {...icon} />}
          loading={rerun.busy === "all"}
          onClick={() => void rerun.ask("all")}
        >
          {canRerunFailed ? "Rerun all" : "Rerun"}
        </Button>
        {canRerunFailed && (
          <Button
            variant="filled"
            leftSection={<IconRefresh {...icon} />}
            loading={rerun.busy === "failed"}
            onClick={() => void rerun.ask("failed")}
          >
            Rerun {formatNumber(bad)} failed
          </Button>
        )}
        {!finished && <CancelButton run={run} />}
        <More run={run} onRerun={() => void rerun.ask("all")} />
      </div>
    </header>
  );
}

/** A rerun beside the run that it repeats. */
function CompareLink({ run, before }: { run: number; before: number }) {
  return (
    <Button
      className={classes.wideButton}
      renderRoot={(props) => (
        <Link to="/compare" search={{ runs: `${before},${run}` }} {...props} />
      )}
      leftSection={<IconGitCompare {...icon} />}
      aria-label={`Compare with run ${before}`}
      title={`Compare with run ${before}`}
    >
      Compare
    </Button>
  );
}

/** Cancels at once what one asked for oneself, and asks back when it is somebody else's. */
function CancelButton({ run }: Props) {
  const [user] = useUser();
  const [asking, setAsking] = useState(false);
  const { sending, cancel } = useCancel(run.id);
  const others = user !== "" && user !== run.requester;
  const busy = isCancelling(run) || sending;
  return (
    <Popover opened={asking} onChange={setAsking} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button
          data-danger
          leftSection={<IconSquare {...icon} />}
          loading={busy}
          onClick={() => (others ? setAsking(true) : void cancel())}
          aria-label={busy ? "Cancelling" : "Cancel"}
        >
          {busy ? "Cancelling" : "Cancel"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.ask}>
          <p>
            <b>{run.requester}</b> asked for this run.
          </p>
          <div className={classes.askButtons}>
            <Button variant="subtle" onClick={() => setAsking(false)}>
              Keep it
            </Button>
            <Button
              data-danger
              onClick={() => {
                setAsking(false);
                void cancel();
              }}
            >
              Cancel the run of {run.requester}
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function More({ run, onRerun }: { run: RunDetail; onRerun: () => void }) {
  const navigate = useNavigate();
  const others = [run.rerun_of, run.id].filter((id) => typeof id === "number").join(",");
  const copy = async (text: string, what: string) => {
    if (await copyText(text)) noticeDone(`${what} copied`);
  };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" aria-label="More">
          <IconDots {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconGitCompare {...icon} />}
          onClick={() => void navigate({ to: "/compare", search: { runs: others } })}
        >
          {typeof run.rerun_of === "number"
            ? `Compare with run ${run.rerun_of}`
            : "Compare with another run"}
        </Menu.Item>
        <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={onRerun}>
          Rerun all
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          disabled={run.command.length === 0}
          onClick={() => void copy(commandLine(run.command), "Command line")}
        >
          Copy command line
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          onClick={() => void copy(window.location.href, "Link")}
        >
          Copy link
        </Menu.Item>
        <Menu.Item
          component="a"
          href={`/api/v1/runs/${run.id}/junit.xml`}
          download={`run-${run.id}.xml`}
          leftSection={<IconFileCode {...icon} />}
          disabled={run.state !== "finished"}
        >
          JUnit XML
        </Menu.Item>
        <Menu.Item
          component="a"
          href={`/api/v1/runs/${run.id}/log`}
          download={`run-${run.id}.log`}
          leftSection={<IconDownload {...icon} />}
        >
          Download the log
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

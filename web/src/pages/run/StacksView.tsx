import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { CopyButton } from "~/components/copy/CopyButton";
import { count } from "~/model/words";
import classes from "./DetailsPane.module.css";
import type { Call, Stack } from "./stacks";

/** Where each thread of a test was that was ended: the first own line is the one that hung. */
export function StacksView({ stacks, text }: { stacks: readonly Stack[]; text: string }) {
  return stacks.map(({ thread, calls }, at) => (
    <section key={thread} className={classes.box} aria-label={thread}>
      <div className={classes.boxHead}>
        <h3>{thread}</h3>
        <span className={classes.quiet}>innermost call first</span>
        {at === 0 && <CopyButton text={text} label="Copy the stacks" />}
      </div>
      <div className={classes.code}>
        {groupsOf(calls).map((group) =>
          group.library ? (
            <LibraryCalls key={group.calls[0]?.at} calls={group.calls} />
          ) : (
            group.calls.map((call) => (
              <CallLine
                key={call.at}
                call={call}
                hangs={call === calls.find(({ library }) => !library)}
              />
            ))
          ),
        )}
      </div>
    </section>
  ));
}

function CallLine({ call, hangs = false }: { call: Call; hangs?: boolean }) {
  return (
    <div className={classes.codeLine} data-failed={hangs || undefined}>
      <span className={classes.number}>{call.line}</span>
      <span>
        {call.what} <span className={classes.quiet}>{call.path}</span>
      </span>
    </div>
  );
}

/** Calls of a library, which seldom say where one's own code is. */
function LibraryCalls({ calls }: { calls: readonly Call[] }) {
  const [open, setOpen] = useState(false);
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button
        type="button"
        className={classes.foldedCalls}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon size={14} aria-hidden />
        {count(calls.length, "call")} in libraries
      </button>
      {open && calls.map((call) => <CallLine key={call.at} call={call} />)}
    </>
  );
}

type Group = { library: boolean; calls: Call[] };

function groupsOf(calls: readonly Call[]): Group[] {
  const groups: Group[] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last?.library === call.library) last.calls.push(call);
    else groups.push({ library: call.library, calls: [call] });
  }
  return groups;
}

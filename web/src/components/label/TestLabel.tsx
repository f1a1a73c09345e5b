import {
  IconArrowsShuffle,
  IconCircleCheck,
  IconCircleXFilled,
  IconRepeat,
  IconServer,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Label } from "~/api/types";
import { LABEL_WORDS } from "~/model/history";
import { sentence } from "~/model/words";
import classes from "./TestLabel.module.css";

const ICONS = {
  new: IconCircleXFilled,
  known_failing: IconRepeat,
  flaky: IconArrowsShuffle,
  environment: IconServer,
  passing: IconCircleCheck,
};

/** What the newest result of a test seems to be: icon and word. */
export function TestLabel({ label }: { label: Label }) {
  const Icon = ICONS[label];
  return (
    <span className={classes.label} data-label={label}>
      <Icon size={14} stroke={1.75} aria-hidden />
      {LABEL_WORDS[label]}
    </span>
  );
}

/** The evidence for a label, in words; the runs it names are links to the test there. */
export function Evidence({ why, nodeid }: { why: string; nodeid: string }) {
  const parts = sentence(why).split(/(\brun \d+)/i);
  return (
    <span className={classes.why}>
      {parts.map((part) => {
        const id = /^run (\d+)$/i.exec(part)?.[1];
        if (!id) return part;
        return (
          <Link
            key={part}
            to="/runs/$id"
            params={{ id }}
            search={{ test: nodeid }}
            className={classes.run}
          >
            {part}
          </Link>
        );
      })}
    </span>
  );
}

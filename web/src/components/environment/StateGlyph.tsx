import { IconLock, IconServer, IconTool } from "@tabler/icons-react";
import type { EnvironmentState } from "~/api/types";
import { RunRing } from "~/components/state/RunRing";
import classes from "./EnvironmentName.module.css";

/** The state of an environment as a small icon; the word is beside it. */
export function StateGlyph({ state, size = 14 }: { state: EnvironmentState; size?: number }) {
  if (state === "busy") {
    return (
      <span className={classes.busy}>
        <RunRing share={0.6} size={size} />
      </span>
    );
  }
  if (state === "reserved") return <IconLock size={size} stroke={1.75} aria-hidden />;
  if (state === "maintenance") return <IconTool size={size} stroke={1.75} aria-hidden />;
  return <IconServer size={size} stroke={1.75} aria-hidden />;
}

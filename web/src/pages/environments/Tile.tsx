import { IconLock, IconTool } from "@tabler/icons-react";
import type { Environment, Run } from "~/api/types";
import { RunRing } from "~/components/state/RunRing";
import { Ticking } from "~/components/time/Time";
import { stateInWords } from "~/model/environments";
import { shareOf } from "~/model/run";
import { moment } from "~/model/time";
import { useNow } from "~/platform/clock";
import classes from "./EnvironmentsPage.module.css";

type Props = {
  environment: Environment;
  /** What runs there, if anything does. */
  run: Run | null;
  chosen: boolean;
  faded: boolean;
  /** Of all tiles one is reached by Tab; arrow keys go on from there. */
  reached: boolean;
  onFocus: () => void;
  onChoose: () => void;
};

/** An environment at its place: number, who has it, for how long, and how many wait. */
export function Tile({ environment, run, chosen, faded, reached, onFocus, onChoose }: Props) {
  const { id, name, state, holder, maintenance, queue } = environment;
  const share = run ? shareOf(run.progress) : null;
  const who =
    { free: name, busy: run?.requester, reserved: holder?.person, maintenance }[state] ?? name;
  return (
    <button
      type="button"
      className={classes.tile}
      data-state={state}
      data-faded={faded || undefined}
      data-environment={id}
      tabIndex={reached ? 0 : -1}
      aria-pressed={chosen}
      aria-label={`${id} ${name}, ${stateInWords(environment)}`}
      onFocus={onFocus}
      onClick={onChoose}
    >
      <span className={classes.tileHead}>
        <span className={classes.tileNumber}>{id}</span>
        {state === "reserved" && <IconLock size={14} stroke={1.75} aria-hidden />}
        {state === "maintenance" && <IconTool size={14} stroke={1.75} aria-hidden />}
        {state === "busy" && (
          <span className={classes.tileRing}>
            <RunRing share={share} size={14} />
          </span>
        )}
      </span>
      <span className={classes.tileLine}>
        <span className={classes.tileName}>{who}</span>
      </span>
      <span className={classes.tileLine}>
        {state === "busy" && holder && (
          <span className={classes.tileTime}>
            <Ticking since={holder.since} />
          </span>
        )}
        {state === "reserved" && holder?.until && (
          <Until at={holder.until} alone={queue.length === 0} />
        )}
        {queue.length > 0 && <span className={classes.tileQueue}>+{queue.length}</span>}
      </span>
      {share !== null && (
        <span className={classes.tileBar} style={{ width: `${Math.max(4, share * 100)}%` }} />
      )}
    </button>
  );
}

/** As much of the end of a reservation as has room: another day by its name, no word where others wait. */
function Until({ at, alone }: { at: string; alone: boolean }) {
  const whole = moment(at, useNow());
  const [short] = whole.split(" ");
  return (
    <span className={classes.tileName} title={`to ${whole}`}>
      {alone && "to "}
      {short}
    </span>
  );
}

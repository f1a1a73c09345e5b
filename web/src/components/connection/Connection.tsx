import { Tooltip } from "@mantine/core";
import { useFreshness } from "~/live/live";
import { clockTime } from "~/model/time";
import classes from "./Connection.module.css";

const WORDS = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  polling: "Polling",
} as const;

/** How fresh the page is: never by colour alone, and with the age of what is shown when it is not live. */
export function Connection({ note = true }: { note?: boolean }) {
  const { mode, since } = useFreshness();
  const age =
    mode === "reconnecting"
      ? `data of ${clockTime(since, "min")}`
      : mode === "polling"
        ? "every 15 s"
        : null;
  const explanation = {
    connecting: "Opening the stream of changes",
    live: "Changes appear as they happen",
    reconnecting: `No connection to the server. What you see is of ${clockTime(since)}`,
    polling: "The stream of changes is blocked; the page asks every 15 seconds",
  }[mode];
  return (
    <Tooltip label={explanation}>
      <span className={classes.connection} data-mode={mode} role="status">
        <span className={classes.dot} />
        <span className={classes.words}>
          {/* It passes in a moment: what stands beside it would move twice. */}
          <span className={mode === "connecting" ? "visually-hidden" : undefined}>
            {WORDS[mode]}
          </span>
          {note && age && <span className={classes.age}>{age}</span>}
        </span>
      </span>
    </Tooltip>
  );
}

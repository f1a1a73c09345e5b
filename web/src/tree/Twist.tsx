import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import classes from "./Twist.module.css";

type Props = { open: boolean | undefined; depth: number; onToggle?: () => void };

/** The indent of a row and, where it can be opened, the arrow that does. */
export function Twist({ open, depth, onToggle }: Props) {
  return (
    <>
      <span className={classes.indent} style={{ width: depth * 18 }} />
      <span
        className={classes.twist}
        aria-hidden="true"
        onClick={
          onToggle &&
          ((event) => {
            event.stopPropagation();
            onToggle();
          })
        }
      >
        {open === undefined ? null : open ? (
          <IconChevronDown size={14} stroke={1.75} />
        ) : (
          <IconChevronRight size={14} stroke={1.75} />
        )}
      </span>
    </>
  );
}

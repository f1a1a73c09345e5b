import classes from "./Was.module.css";

/** Marks a field that differs from what it was prefilled with, and says what that was. */
export function Was({ value }: { value: string }) {
  return (
    <span className={classes.was} title={`was ${value || "empty"}`}>
      <span className={classes.dot} aria-hidden />
      was {value || "empty"}
    </span>
  );
}

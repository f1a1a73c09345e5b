import { isApple } from "~/platform/browser";
import classes from "./Key.module.css";

const NAMES: Record<string, string> = {
  mod: isApple ? "⌘" : "Ctrl",
  enter: "↵",
  esc: "Esc",
};

/** A key as it is printed on the keyboard. */
export function Key({ name }: { name: string }) {
  return <kbd className={classes.key}>{NAMES[name] ?? name}</kbd>;
}

import classes from "./Check.module.css";

type Props = {
  label: string;
  checked: boolean;
  /** `range`: the shift key was held. */
  onToggle: (range: boolean) => void;
};

/** A box to tick in a row that is drawn hundreds of times: the browser's own, in the house's ink. */
export function Check({ label, checked, onToggle }: Props) {
  return (
    <input
      type="checkbox"
      className={classes.check}
      aria-label={label}
      checked={checked}
      tabIndex={-1}
      onChange={() => {}}
      onClick={(event) => onToggle(event.shiftKey)}
    />
  );
}

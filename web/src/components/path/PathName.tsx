import classes from "./PathName.module.css";

type Props = {
  path: string;
  /** What is told on hover, when `path` is a part of something. */
  whole?: string;
  className?: string | undefined;
};

/** Longer ends may lose their own middle. */
const LONGEST_END = 28;

/** A path or nodeid that loses its middle when there is no room, never its end. It is whole when hovered and copied. */
export function PathName({ path, whole = path, className }: Props) {
  const [head, tail] = splitPath(path);
  const long = tail.length > LONGEST_END * 1.5;
  const middle = long ? tail.slice(0, -LONGEST_END) : "";
  const end = long ? tail.slice(-LONGEST_END) : tail;
  return (
    <span className={`${classes.path} ${className ?? ""}`} title={whole}>
      {head && <span className={classes.head}>{head}</span>}
      {middle && <span className={classes.middle}>{middle}</span>}
      <span className={classes.end}>{end}</span>
    </span>
  );
}

/** The directories (and file) that may be cut, and the name that may not. */
export function splitPath(path: string): [string, string] {
  const bracket = path.indexOf("[");
  const name = bracket < 0 ? path : path.slice(0, bracket);
  const cases = name.lastIndexOf("::");
  if (cases > 0) return [path.slice(0, cases), path.slice(cases)];
  const slash = name.replace(/\/$/, "").lastIndexOf("/");
  return slash > 0 ? [path.slice(0, slash), path.slice(slash)] : ["", path];
}

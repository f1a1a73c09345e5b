import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { toProblem } from "~/api/problem";
import { casesQuery, directoryQuery } from "~/api/queries";
import { kindOf } from "~/catalog/rows";
import { count } from "~/model/words";
import classes from "./NewRunPage.module.css";

type Props = { value: string; onChange: (value: string) => void };

/** A path or nodeid by hand, checked against the tests root while it is typed. */
export function CustomPath({ value, onChange }: Props) {
  const [path] = useDebouncedValue(value.trim(), 250);
  const verdict = useVerdict(path);
  return (
    <div>
      <div className={classes.labelLine}>
        <label htmlFor="custom-path" className={classes.label}>
          Custom path
        </label>
        <span className={classes.hint}>below the tests root</span>
      </div>
      <TextInput
        id="custom-path"
        classNames={{ input: "mono" }}
        placeholder="api/orders/test_create.py::test_total"
        spellCheck={false}
        autoComplete="off"
        value={value}
        error={value.trim() === path ? verdict.wrong : null}
        rightSectionWidth={120}
        rightSectionPointerEvents="none"
        rightSection={
          verdict.good && value.trim() === path ? (
            <span className={classes.good}>
              <IconCheck size={14} aria-hidden /> {verdict.good}
            </span>
          ) : null
        }
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

/** Whether the path is there, and what it holds. */
function useVerdict(path: string): { good: string | null; wrong: string | null } {
  const target = path.replace(/\/$/, "");
  const file = target.split("::")[0] ?? "";
  const isFile = kindOf(file) === "file";
  const outside = /(^|\/)\.\.(\/|$)|^\//.test(target);
  const asked = target !== "" && !outside;
  const cases = useQuery({ ...casesQuery(file), enabled: asked && isFile, retry: false });
  const level = useQuery({
    ...directoryQuery(target === "." ? "" : target),
    enabled: asked && !isFile,
    retry: false,
  });
  if (outside) return { good: null, wrong: "outside the tests root" };
  if (!asked) return { good: null, wrong: null };
  const query = isFile ? cases : level;
  if (query.error) return { good: null, wrong: toProblem(query.error).message };
  if (isFile && cases.data) return judgeFile(target, file, cases.data);
  if (!isFile && level.data) {
    const { directories, files } = level.data;
    return { good: count(directories.length + files.length, "entry", "entries"), wrong: null };
  }
  return { good: null, wrong: null };
}

function judgeFile(
  target: string,
  file: string,
  cases: { items: { nodeid: string }[]; error: string | null },
) {
  if (cases.error) return { good: null, wrong: firstLine(cases.error) };
  if (target === file) return { good: count(cases.items.length, "test"), wrong: null };
  const found = cases.items.filter(
    ({ nodeid }) =>
      nodeid === target || nodeid.startsWith(`${target}[`) || nodeid.startsWith(`${target}::`),
  );
  return found.length > 0
    ? { good: count(found.length, "test"), wrong: null }
    : { good: null, wrong: `${file} has no such test` };
}

function firstLine(text: string): string {
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}

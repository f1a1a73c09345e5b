import { TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./AddRun.module.css";

type Props = { taken: readonly number[]; onAdd: (id: number) => void; wide?: boolean };

/** Takes the number of one more run. */
export function AddRun({ taken, onAdd, wide = false }: Props) {
  const [text, setText] = useState("");
  const number = /^#?(\d{1,15})$/.exec(text.trim())?.[1];
  const wrong =
    text.trim() === ""
      ? null
      : !number
        ? "A run has a number"
        : taken.includes(Number(number))
          ? `Run ${number} is there already`
          : null;
  const add = () => {
    if (!number || wrong) return;
    onAdd(Number(number));
    setText("");
  };
  return (
    <TextInput
      className={classes.add}
      data-wide={wide || undefined}
      data-page-search={wide || undefined}
      aria-label="Add a run"
      placeholder="Add run"
      inputMode="numeric"
      leftSection={<IconPlus size={14} stroke={1.75} />}
      value={text}
      error={wide ? wrong : Boolean(wrong)}
      title={wrong ?? undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Enter" && add()}
    />
  );
}

import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { memo, useState } from "react";
import type { Environment } from "~/api/types";
import { StateGlyph } from "~/components/environment/StateGlyph";
import { countStates, Legend } from "~/components/map/MiniMap";
import { stateInWords } from "~/model/environments";
import { EnvironmentGrid } from "./EnvironmentGrid";
import classes from "./EnvironmentPicker.module.css";

type Props = {
  environments: readonly Environment[];
  value: number | null;
  error: string | null;
  onChange: (id: number) => void;
};

/** One environment, by typing or by its place on the board; both show how it is now. */
export const EnvironmentPicker = memo(function EnvironmentPicker(props: Props) {
  const { environments, value, error, onChange } = props;
  return (
    <div className={classes.picker}>
      <EnvironmentField
        environments={environments}
        value={value}
        error={error}
        onChange={onChange}
      />
      <EnvironmentGrid environments={environments} value={value} onChange={onChange} />
      <Legend counts={countStates(environments.map((environment) => environment.state))} />
    </div>
  );
});

/** Keeps the room of the picker until the environments are known, so that nothing below it jumps. */
export function PickerPlace() {
  return <div className={classes.place} aria-hidden />;
}

function EnvironmentField({ environments, value, error, onChange }: Props) {
  const [text, setText] = useState<string | null>(null);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setText(null);
    },
  });
  const chosen = environments.find(({ id }) => id === value);
  const shown = text === null ? environments : environments.filter((each) => fits(each, text));
  const choose = (id: string) => {
    onChange(Number(id));
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} offset={4}>
      <Combobox.Target>
        <TextInput
          id="environment"
          aria-label="Environment"
          placeholder="Number, name or label"
          value={text ?? (chosen ? `${chosen.id} ${chosen.name}` : "")}
          error={error}
          autoComplete="off"
          leftSection={<StateGlyph state={chosen?.state ?? "free"} />}
          rightSectionWidth={chosen && text === null ? 150 : 30}
          rightSectionPointerEvents="none"
          rightSection={
            <span className={classes.right}>
              {chosen && text === null && (
                <span className={classes.state}>{stateInWords(chosen)}</span>
              )}
              <IconChevronDown size={14} stroke={1.75} />
            </span>
          }
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.selectFirstOption();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} className={classes.options}>
          {shown.map((environment) => (
            <Combobox.Option
              key={environment.id}
              value={String(environment.id)}
              active={environment.id === value}
            >
              <span className={classes.option}>
                <StateGlyph state={environment.state} />
                <span className={classes.number}>{environment.id}</span>
                <span className={classes.name}>{environment.name}</span>
                <span className={classes.state}>{stateInWords(environment)}</span>
              </span>
            </Combobox.Option>
          ))}
          {shown.length === 0 && <Combobox.Empty>No environment by this name</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function fits({ id, name, labels }: Environment, text: string): boolean {
  const words = text.toLowerCase().trim().split(/\s+/).filter(Boolean);
  const all = `${name} ${labels.join(" ")}`.toLowerCase();
  return words.every((word) => String(id).startsWith(word) || all.includes(word));
}

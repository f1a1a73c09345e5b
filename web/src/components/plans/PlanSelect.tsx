import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { IconChevronDown, IconListCheck } from "@tabler/icons-react";
import { useState } from "react";
import type { Plan } from "~/api/types";
import { count } from "~/model/words";
import classes from "./PlanSelect.module.css";

type Props = {
  label: string;
  /** Undefined until they are known. */
  plans: readonly Plan[] | undefined;
  value: readonly number[];
  /** Plans that come from elsewhere and cannot be taken out here. */
  fixed?: readonly number[];
  error: string | null;
  onChange: (ids: number[]) => void;
};

/** Any number of test plans, found by number or name. */
export function PlanSelect(props: Props) {
  const { label, plans = [], value, fixed = [], error, onChange } = props;
  const [text, setText] = useState("");
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const taken = new Set([...value, ...fixed]);
  const words = text.toLowerCase().trim();
  const options = plans.filter(
    ({ id, name }) =>
      !taken.has(id) && (String(id).startsWith(words) || name.toLowerCase().includes(words)),
  );
  const nameOf = (id: number) => plans.find((plan) => plan.id === id)?.name ?? "";
  return (
    <Combobox
      store={combobox}
      offset={4}
      onOptionSubmit={(id) => {
        onChange([...value, Number(id)]);
        setText("");
      }}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          label={label}
          error={error}
          rightSection={<IconChevronDown size={14} stroke={1.75} />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.openDropdown()}
        >
          <Pill.Group>
            {fixed.map((id) => (
              <Pill key={id} title="from the template">
                {id} {nameOf(id)}
              </Pill>
            ))}
            {value.map((id) => (
              <Pill
                key={id}
                withRemoveButton
                removeButtonProps={{ "aria-label": `Leave out plan ${id}`, "aria-hidden": false }}
                onRemove={() => onChange(value.filter((each) => each !== id))}
              >
                {id} {nameOf(id)}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                placeholder={
                  taken.size > 0 ? "Add" : props.plans?.length === 0 ? "none saved yet" : "none"
                }
                aria-label={label}
                value={text}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => combobox.closeDropdown()}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  combobox.openDropdown();
                  combobox.updateSelectedOptionIndex();
                }}
                onKeyDown={(event) => {
                  if (event.key !== "Backspace" || text !== "" || value.length === 0) return;
                  event.preventDefault();
                  onChange(value.slice(0, -1));
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={plans.length === 0}>
        <Combobox.Options mah={280} className={classes.options}>
          {options.slice(0, 100).map(({ id, name, targets }) => (
            <Combobox.Option key={id} value={String(id)}>
              <span className={classes.option}>
                <IconListCheck size={14} stroke={1.75} aria-hidden />
                <span className={classes.number}>{id}</span>
                <span className={classes.name}>{name}</span>
                <span className={classes.quiet}>{count(targets.length, "target")}</span>
              </span>
            </Combobox.Option>
          ))}
          {options.length === 0 && <Combobox.Empty>No other plan by this name</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

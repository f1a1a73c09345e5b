import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { casesQuery, fileSearchQuery } from "~/api/queries";
import classes from "./TestSearch.module.css";

const MOST = 30;
/** Shorter words would fetch half of the tests root. */
const SHORTEST = 2;

type Props = { nodeid: string; onChoose: (nodeid: string) => void };

/** Names a test: first its file, then the case. Enter takes what is typed. */
export function TestSearch({ nodeid, onChoose }: Props) {
  const [text, setText] = useState(nodeid);
  const [asked] = useDebouncedValue(text.trim(), 120);
  const options = useSuggestions(asked === nodeid ? "" : asked);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const take = (value: string) => {
    combobox.resetSelectedOption();
    if (!value.includes("::")) {
      setText(`${value}::`);
    } else if (!value.endsWith("::")) {
      setText(value);
      combobox.closeDropdown();
      onChoose(value);
    }
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={take}
      offset={4}
      // Inside the landmark, so that readers find it with the field.
      portalProps={{ target: "#main" }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          role="combobox"
          className={classes.search}
          classNames={{ input: classes.input }}
          data-page-search
          aria-label="Test"
          placeholder="File or nodeid: api/test_orders.py::test_create"
          leftSection={<IconSearch size={14} stroke={1.75} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            const typed = text.trim();
            const none = combobox.getSelectedOptionIndex() < 0;
            if (event.key === "Enter" && none && typed.includes("::")) take(typed);
          }}
          spellCheck={false}
          autoComplete="off"
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options mah={320} className={classes.options} aria-label="Tests">
          {options.map((option) => (
            <Combobox.Option key={option} value={option} className={classes.option}>
              {option}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** The files that hold the words; behind `::` the cases of that file. */
function useSuggestions(text: string): string[] {
  const colons = text.indexOf("::");
  const file = colons > 0 ? text.slice(0, colons) : "";
  const files = useQuery({
    ...fileSearchQuery(text),
    enabled: colons < 0 && text.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });
  const cases = useQuery({ ...casesQuery(file), enabled: file !== "" });
  if (file) {
    const rest = text.slice(colons + 2).toLowerCase();
    const nodeids = cases.data?.items.map(({ nodeid }) => nodeid) ?? [];
    return nodeids.filter((each) => each.slice(colons).toLowerCase().includes(rest)).slice(0, MOST);
  }
  if (text.length < SHORTEST) return [];
  return files.data?.files.map(({ path }) => path).slice(0, MOST) ?? [];
}

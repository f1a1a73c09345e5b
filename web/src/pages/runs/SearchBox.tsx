import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memo, useRef, useState } from "react";
import { plansQuery, templatesQuery } from "~/api/plans";
import { fileSearchQuery } from "~/api/queries";
import { Key } from "~/components/key/Key";
import classes from "./SearchBox.module.css";
import { FILTER_KEYS, type FilterKey, isFilterKey, parseTyped, type RunsSearch } from "./search";
import { begun, type KnownValues, suggest } from "./suggestions";

type Props = {
  search: RunsSearch;
  /** Values that are offered after a filter's name. */
  known: () => KnownValues;
  onChange: (search: RunsSearch) => void;
};

/** Filters as chips, and words; what is typed is offered as it goes. */
export const SearchBox = memo(function SearchBox({ search, known, onChange }: Props) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const chips = [...FILTER_KEYS, "q" as const].flatMap((key) => {
    const value = search[key];
    return value ? [{ key, value }] : [];
  });
  const files = useFiles(text);
  const saved = useSaved(text);
  const suggestions = combobox.dropdownOpened
    ? suggest(text, { ...known(), ...saved, ...(files ? { file: files } : {}) })
    : [];

  const commit = (typed: string) => {
    onChange({ ...search, ...parseTyped(typed) });
    setText("");
    combobox.closeDropdown();
  };
  const remove = (key: FilterKey | "q") => {
    const { [key]: _, ...rest } = search;
    onChange(rest);
    input.current?.focus();
  };
  const choose = (value: string) => {
    if (!value.endsWith(":")) return commit(value);
    setText(value);
    input.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const last = chips.at(-1);
    const chosen = combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0;
    if (event.key === "Enter" && !chosen && text.trim()) {
      event.preventDefault();
      commit(text);
    } else if (event.key === " " && isWholeFilter(text)) {
      event.preventDefault();
      commit(text);
    } else if (event.key === "Backspace" && text === "" && last) remove(last.key);
    else if (event.key === "Escape") {
      if (!combobox.dropdownOpened) event.currentTarget.blur();
    }
  };

  return (
    <Combobox store={combobox} onOptionSubmit={choose} offset={6} width="target">
      <Combobox.DropdownTarget>
        <div className={classes.box}>
          <IconSearch size={16} stroke={1.75} className={classes.icon} aria-hidden />
          {chips.map(({ key, value }) => (
            <span key={key} className={classes.chip}>
              {key !== "q" && <span className={classes.key}>{key}:</span>}
              <span className={classes.value} title={value}>
                {key === "q" ? `“${value}”` : value}
              </span>
              <button
                type="button"
                className={classes.remove}
                aria-label={key === "q" ? `Remove ${value}` : `Remove ${key}: ${value}`}
                onClick={() => remove(key)}
              >
                <IconX size={12} />
              </button>
            </span>
          ))}
          <Combobox.EventsTarget>
            <input
              ref={input}
              data-page-search
              className={classes.input}
              value={text}
              aria-label="Search runs"
              placeholder={
                chips.length > 0 ? "Add a filter" : "env:12 user:ann outcome:failed file:…"
              }
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => {
                setText(event.currentTarget.value);
                combobox.openDropdown();
                combobox.resetSelectedOption();
              }}
              onClick={() => combobox.openDropdown()}
              onBlur={() => combobox.closeDropdown()}
              onKeyDown={onKeyDown}
            />
          </Combobox.EventsTarget>
          <span className={classes.slash}>
            <Key name="/" />
          </span>
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={suggestions.length === 0}>
        <Combobox.Options>
          {suggestions.map((suggestion) => (
            <Combobox.Option key={suggestion.value} value={suggestion.value}>
              <span className={classes.option}>
                <span>{suggestion.text}</span>
                <span className={classes.hint}>{suggestion.hint}</span>
              </span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
});

function isWholeFilter(text: string): boolean {
  const colon = text.indexOf(":");
  return colon > 0 && colon < text.length - 1 && isFilterKey(text.slice(0, colon));
}

/** All templates and plans while one of them is being typed: there may be more than the latest runs used. */
function useSaved(text: string): KnownValues {
  const key = begun(text)?.key;
  const { data: templates } = useQuery({ ...templatesQuery, enabled: key === "template" });
  const { data: plans } = useQuery({ ...plansQuery, enabled: key === "plan" });
  if (key === "template" && templates) {
    return { template: templates.map(({ name }) => ({ value: name, hint: "" })) };
  }
  if (key === "plan" && plans) {
    return { plan: plans.map(({ id, name }) => ({ value: String(id), hint: name })) };
  }
  return {};
}

/** The files of the tests root whose name has what is typed after `file:`; null while nothing is. */
function useFiles(text: string) {
  const filter = begun(text);
  const [typed] = useDebouncedValue(filter?.key === "file" ? filter.typed.trim() : "", 150);
  const { data } = useQuery({ ...fileSearchQuery(typed), enabled: typed !== "" });
  if (!typed || !data) return null;
  return data.files.map(({ path }) => ({ value: path, hint: "" }));
}

import { Combobox, useCombobox } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { Key } from "~/components/key/Key";
import classes from "./SearchBox.module.css";
import {
  FILTER_HINTS,
  FILTER_KEYS,
  FILTER_VALUES,
  type FilterKey,
  isFilterKey,
  parseTyped,
  type RunsSearch,
} from "./search";

type Props = {
  search: RunsSearch;
  /** Names that are offered after `user:`. */
  users: readonly string[];
  onChange: (search: RunsSearch) => void;
};

type Suggestion = { value: string; text: string; hint: string };

/** Filters as chips, and words; what is typed is offered as it goes. */
export function SearchBox({ search, users, onChange }: Props) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const chips = [...FILTER_KEYS, "q" as const].flatMap((key) => {
    const value = search[key];
    return value ? [{ key, value }] : [];
  });
  const suggestions = suggest(text, users);

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
}

/** What may be meant: a filter's name, or a value of the filter that was begun. */
function suggest(text: string, users: readonly string[]): Suggestion[] {
  const word = text.trimStart();
  const colon = word.indexOf(":");
  const key = word.slice(0, Math.max(0, colon));
  if (colon > 0 && isFilterKey(key)) {
    const typed = word.slice(colon + 1).toLowerCase();
    const values = key === "user" ? users : (FILTER_VALUES[key] ?? []);
    return values
      .filter((value) => value.toLowerCase().startsWith(typed) && value !== typed)
      .slice(0, 8)
      .map((value) => ({ value: `${key}:${value}`, text: `${key}:${value}`, hint: "" }));
  }
  return FILTER_KEYS.filter((name) => name.startsWith(word.toLowerCase())).map((name) => ({
    value: `${name}:`,
    text: `${name}:`,
    hint: FILTER_HINTS[name],
  }));
}

function isWholeFilter(text: string): boolean {
  const colon = text.indexOf(":");
  return colon > 0 && colon < text.length - 1 && isFilterKey(text.slice(0, colon));
}

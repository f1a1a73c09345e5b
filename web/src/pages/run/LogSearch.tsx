import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch, IconX } from "@tabler/icons-react";
import { formatNumber } from "~/model/words";
import classes from "./LogPane.module.css";
import type { useLogSearch } from "./useLogSearch";

type Props = { search: ReturnType<typeof useLogSearch>; lines: number };

/** Searches the whole log on the server: Enter goes to the next line, Shift+Enter to the one before. */
export function LogSearch({ search, lines }: Props) {
  return (
    <>
      <div role="search" className={classes.search}>
        <IconSearch size={14} stroke={1.75} className={classes.searchIcon} aria-hidden />
        <input
          data-page-search
          className={classes.input}
          aria-label="Search the log"
          placeholder={lines > 0 ? `Search all ${formatNumber(lines)} lines` : "Search the log"}
          value={search.text}
          spellCheck={false}
          onChange={(event) => search.setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") search.step(event.shiftKey ? -1 : 1);
            else if (event.key === "Escape" && search.text) search.setText("");
            else if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        {search.text && (
          <button
            type="button"
            className={classes.option}
            aria-label="Clear the search"
            onClick={() => search.setText("")}
          >
            <IconX size={12} aria-hidden />
          </button>
        )}
        <button
          type="button"
          className={classes.option}
          aria-pressed={search.matchCase}
          aria-label="Match case"
          title="Match case"
          onClick={() => search.setMatchCase(!search.matchCase)}
        >
          Aa
        </button>
        <button
          type="button"
          className={classes.option}
          aria-pressed={search.regex}
          aria-label="Regular expression"
          title="Regular expression"
          onClick={() => search.setRegex(!search.regex)}
        >
          .*
        </button>
      </div>
      {search.text && (
        <span className={classes.found} role="status">
          {search.problem ? (
            <span className={classes.wrong} title={search.problem}>
              {search.problem}
            </span>
          ) : (
            search.words
          )}
        </span>
      )}
      {search.text && search.count > 0 && (
        <span className={classes.errors}>
          <ActionIcon size={24} aria-label="Match before" onClick={() => search.step(-1)}>
            <IconChevronUp size={16} stroke={1.75} />
          </ActionIcon>
          <ActionIcon size={24} aria-label="Next match" onClick={() => search.step(1)}>
            <IconChevronDown size={16} stroke={1.75} />
          </ActionIcon>
        </span>
      )}
    </>
  );
}

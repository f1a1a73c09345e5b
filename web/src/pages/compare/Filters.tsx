import { TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import type { Change } from "~/api/types";
import tabStyle from "~/components/tabs/Tabs.module.css";
import { formatNumber } from "~/model/words";
import classes from "./Filters.module.css";
import { CHANGE_WORDS, CHANGES, type CompareSearch } from "./search";

type Props = {
  counts: Record<Change, number>;
  total: number;
  search: CompareSearch;
  onChange: (search: CompareSearch) => void;
};

/** Which test cases are shown: by what changed and by name. */
export function Filters({ counts, total, search, onChange }: Props) {
  const { change: _, ...all } = search;
  const tabs: { change: Change | undefined; label: string; count: number }[] = [
    { change: undefined, label: "All", count: total },
    ...CHANGES.map((change) => ({ change, label: CHANGE_WORDS[change], count: counts[change] })),
  ];
  return (
    <div className={classes.bar}>
      <TextInput
        className={classes.filter}
        data-page-search
        aria-label="Filter tests"
        placeholder="Filter tests"
        leftSection={<IconFilter size={14} stroke={1.75} />}
        value={search.q ?? ""}
        onChange={(event) => {
          const { q: _q, ...rest } = search;
          const q = event.currentTarget.value;
          onChange(q ? { ...rest, q } : rest);
        }}
      />
      <nav className={tabStyle.tabs} aria-label="Changes">
        {tabs.map(({ change, label, count }) => (
          <button
            key={label}
            type="button"
            className={tabStyle.tab}
            aria-current={search.change === change ? "true" : undefined}
            disabled={count === 0 && change !== undefined && search.change !== change}
            onClick={() => onChange(change ? { ...all, change } : all)}
          >
            {label}
            <span className={tabStyle.count}>{formatNumber(count)}</span>
          </button>
        ))}
      </nav>
    </div>
  );
}

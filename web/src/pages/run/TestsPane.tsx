import { SegmentedControl, TextInput } from "@mantine/core";
import { IconFilter, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { RunDetail, TestCase } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { SkeletonRows } from "~/components/skeleton/Skeleton";
import { waitingFor } from "~/model/run";
import { useShortcuts } from "~/platform/shortcuts";
import { type TreeControl, VirtualTree } from "~/tree/VirtualTree";
import classes from "./RunPage.module.css";
import type { RunTests } from "./runTests";
import type { RunSearch } from "./search";
import { TestLine } from "./TestLine";
import own from "./TestsPane.module.css";
import { type TestRow, testRows } from "./testRows";

type Props = {
  run: RunDetail;
  tests: RunTests;
  /** False until all test cases have been fetched once. */
  loaded: boolean;
  search: RunSearch;
  selected: TestCase | null;
  onChange: (next: Partial<RunSearch>) => void;
  onSelect: (test: TestCase | null) => void;
};

/** The results as they come: failures first, what runs now, then all of them as a tree. */
export function TestsPane({ run, tests, loaded, search, selected, onChange, onSelect }: Props) {
  const version = useSyncExternalStore(tests.subscribe, tests.version);
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const control = useRef<TreeControl>(null);
  const place = useRef("");
  const { filter = "", outcome = "", view } = search;
  const selectedId = selected?.nodeid ?? null;
  const total = run.progress.collected;
  const hand = useRestingHand();
  // Rows do not move under a hand that is about to click; what they tell is still of now.
  const shown = useRef(version);
  if (!hand.moving) shown.current = version;
  const shownVersion = shown.current;
  const rows = useMemo(() => {
    void shownVersion;
    const slowest = view === "slowest";
    const options = { filter, outcome, slowest, selected: selectedId, opened, unfolded, total };
    return testRows(tests, options);
  }, [tests, shownVersion, filter, outcome, view, selectedId, opened, unfolded, total]);

  const toggle = (row: TestRow, open: boolean) => {
    if (row.type === "node") setOpened(new Map(opened).set(row.node.key, open));
  };
  const choose = (row: TestRow) => {
    if (row.type === "case") {
      place.current = row.key;
      onSelect(row.test);
    } else if (row.type === "node") toggle(row, !row.expanded);
    else if (row.type === "fold") setUnfolded(new Set(unfolded).add(row.node.key));
  };
  const step = (by: 1 | -1) => {
    const cases = rows.filter((row) => row.type === "case");
    // A failed test is in two places: go on from the one where the person is.
    const here = cases.findIndex((row) => row.selected && row.key === place.current);
    const at = here >= 0 ? here : cases.findIndex((row) => row.selected);
    const next = cases[at < 0 ? 0 : at + by];
    if (!next) return;
    place.current = next.key;
    onSelect(next.test);
    control.current?.scrollTo(next.key);
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });

  return (
    <>
      <div className={classes.paneBar}>
        <TextInput
          className={classes.grow}
          size="xs"
          aria-label="Filter tests"
          placeholder="Filter tests"
          leftSection={<IconFilter size={14} stroke={1.75} />}
          value={filter}
          onChange={(event) => onChange({ filter: event.currentTarget.value || undefined })}
        />
        <SegmentedControl
          aria-label="Order of the tests"
          data={[
            { value: "tree", label: "Tree" },
            { value: "slowest", label: "Slowest" },
          ]}
          value={view ?? "tree"}
          onChange={(value) => onChange({ view: value === "slowest" ? "slowest" : undefined })}
        />
      </div>
      {outcome && (
        <div className={own.only}>
          Only {outcome}
          <button type="button" onClick={() => onChange({ outcome: undefined })}>
            <IconX size={12} aria-hidden /> Show all
          </button>
        </div>
      )}
      {tests.cases.size === 0 ? (
        <NoTests run={run} loaded={loaded} />
      ) : (
        <div className={own.tree} onPointerMove={hand.onMove} onPointerLeave={hand.onLeave}>
          <VirtualTree
            rows={rows}
            label="Tests"
            control={control}
            onToggle={toggle}
            onChoose={choose}
            render={(row) => <TestLine row={ofNow(row, tests)} onToggle={toggle} />}
          />
        </div>
      )}
    </>
  );
}

/** A row with what is known of its test case now. */
function ofNow(row: TestRow, tests: RunTests): TestRow {
  if (row.type !== "case") return row;
  const test = tests.cases.get(row.test.nodeid);
  return test && test !== row.test ? { ...row, test } : row;
}

const RESTING_MS = 1500;

/** Whether the pointer is on the way to something here: it moved a moment ago. */
function useRestingHand() {
  const [moving, setMoving] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onLeave = () => {
    clearTimeout(timer.current);
    setMoving(false);
  };
  const onMove = (event: React.PointerEvent) => {
    if (event.pointerType !== "mouse") return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setMoving(false), RESTING_MS);
    setMoving(true);
  };
  return { moving, onMove, onLeave };
}

function NoTests({ run, loaded }: { run: RunDetail; loaded: boolean }) {
  if (run.state === "queued") {
    return <Empty title="No test has run yet">{waitingFor(run)}</Empty>;
  }
  if (run.state === "running") {
    return <Empty title="Collecting tests">They appear here as pytest finds and runs them.</Empty>;
  }
  if (!loaded) return <SkeletonRows height={26} label="Loading tests" />;
  return <Empty title="No test has run">{run.reason ?? "The log says what pytest found."}</Empty>;
}

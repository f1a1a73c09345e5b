import { Button, SegmentedControl } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import type { TestCase } from "~/api/types";
import classes from "./RunPage.module.css";
import type { Pane } from "./search";

export type Segments = {
  pane: Pane;
  /** Those there is room for; the rest are tabs. */
  panes: readonly Pane[];
  onPane: (pane: Pane) => void;
};

type Props = { segments: Segments; test: TestCase | null };

/** What of the selected test is shown: how it ended, the log, or the file as it ran. */
export function PaneSwitch({ segments, test }: Props) {
  const words = {
    details: test?.traceback ? "Traceback" : "Details",
    log: "Log",
    source: "Source",
  };
  return (
    <SegmentedControl
      className={classes.switch}
      aria-label="What is shown"
      withItemsBorders={false}
      data={segments.panes.map((value) => ({ value, label: words[value] }))}
      value={segments.pane}
      onChange={(value) => segments.onPane(value as Pane)}
    />
  );
}

export function BackToTests({ onBack }: { onBack: () => void }) {
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconChevronLeft size={16} />}
      onClick={onBack}
    >
      All tests
    </Button>
  );
}

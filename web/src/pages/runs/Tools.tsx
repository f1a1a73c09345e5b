import { ActionIcon, Button, Checkbox, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconBookmark, IconChecks } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./RunsPage.module.css";
import type { RunsSearch } from "./search";

const icon = { size: 16, stroke: 1.75 };

/** Gives the present filters a name. */
export function SaveView({ onSave, taken }: { onSave: (name: string) => void; taken: string[] }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const wrong = taken.includes(name.trim()) ? "There is a view of this name" : null;
  const save = () => {
    if (!name.trim() || wrong) return;
    onSave(name.trim());
    setName("");
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button leftSection={<IconBookmark {...icon} />} onClick={() => setOpen(!open)}>
          Save view
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            label="Name of the view"
            description="These filters, one click away. Kept in this browser."
            value={name}
            error={wrong}
            maxLength={40}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="filled" disabled={!name.trim()}>
            Save view
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

type DisplayProps = {
  grouped: boolean;
  sort: RunsSearch["sort"];
  onGrouped: (grouped: boolean) => void;
  onSort: (sort: RunsSearch["sort"]) => void;
};

/** How the list is drawn. */
export function Display({ grouped, sort, onGrouped, onSort }: DisplayProps) {
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button leftSection={<IconAdjustmentsHorizontal {...icon} />}>Display</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.form}>
          <Checkbox
            label="Group by state"
            checked={grouped}
            onChange={(event) => onGrouped(event.currentTarget.checked)}
          />
          <SegmentedControl
            aria-label="Order"
            data={[
              { value: "newest", label: "Newest first" },
              { value: "oldest", label: "Oldest first" },
            ]}
            value={sort ?? "newest"}
            onChange={(value) => onSort(value === "oldest" ? "oldest" : undefined)}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

type SelectProps = { picking: boolean; onPicking: (on: boolean) => void };

/** On a phone, where nothing hovers: shows the boxes of all runs. */
export function SelectButton({ picking, onPicking }: SelectProps) {
  return (
    <ActionIcon
      variant="default"
      size={44}
      aria-label="Select runs"
      aria-pressed={picking}
      onClick={() => onPicking(!picking)}
    >
      <IconChecks {...icon} size={20} />
    </ActionIcon>
  );
}

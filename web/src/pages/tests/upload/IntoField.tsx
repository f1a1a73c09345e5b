import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFolder, IconFolderPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { directoryQuery } from "~/api/queries";
import { parentOf } from "~/catalog/selection";
import classes from "./Upload.module.css";

type Props = { value: string; disabled: boolean; onChange: (path: string) => void };

/** The directory that files go into: one that is there, or a new one. */
export function IntoField({ value, disabled, onChange }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { options, existing } = useDirectories(value);
  const Icon = existing === false ? IconFolderPlus : IconFolder;
  return (
    <div className={classes.into}>
      <label htmlFor="into" className={classes.quiet}>
        Into
      </label>
      <Combobox
        store={combobox}
        offset={4}
        onOptionSubmit={(path) => {
          onChange(path);
          combobox.closeDropdown();
        }}
      >
        <Combobox.Target>
          <TextInput
            id="into"
            className={classes.intoField}
            classNames={{ input: "mono" }}
            placeholder="the tests root"
            spellCheck={false}
            autoComplete="off"
            disabled={disabled}
            value={value}
            leftSection={<Icon size={16} stroke={1.75} />}
            rightSectionWidth={92}
            rightSectionPointerEvents="none"
            rightSection={
              existing !== null && (
                <span className={classes.quiet}>{existing ? "existing" : "new directory"}</span>
              )
            }
            onClick={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
            onChange={(event) => {
              onChange(event.currentTarget.value);
              combobox.openDropdown();
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={options.length === 0}>
          <Combobox.Options mah={260} className={classes.options}>
            {options.map((path) => (
              <Combobox.Option key={path} value={path} className="mono">
                {path}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  );
}

/** Directories that continue what is typed, and whether what is typed is one; null while that is unknown. */
function useDirectories(value: string): { options: string[]; existing: boolean | null } {
  const [path] = useDebouncedValue(value.trim().replace(/\/+$/, ""), 150);
  const parent = parentOf(path) ?? "";
  const above = useQuery({ ...directoryQuery(parent), retry: false });
  const inside = useQuery({ ...directoryQuery(path), retry: false });
  const paths = (directories: { path: string }[] = []) => directories.map((each) => each.path);
  const beside = paths(above.data?.directories).filter((each) => each.startsWith(path));
  const options = [...new Set([...beside, ...paths(inside.data?.directories)])]
    .filter((each) => each !== value)
    .slice(0, 50);
  if (path === "" || path === ".") return { options, existing: true };
  if (inside.isPending) return { options, existing: null };
  return { options, existing: inside.data !== undefined };
}

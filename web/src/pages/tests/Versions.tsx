import { Button, Menu } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import type { FileChange } from "~/api/types";
import { absolute } from "~/model/time";
import classes from "./DetailsPane.module.css";

type Props = {
  changes: readonly FileChange[];
  now: string | null;
  version: string | null;
  onVersion: (sha256: string | null) => void;
};

const WORDS: Record<FileChange["kind"], string> = {
  uploaded: "uploaded",
  replaced: "replaced",
  moved: "moved here",
  deleted: "deleted",
};

/** Earlier texts of a file that came through Proctor. */
export function Versions({ changes, now, version, onVersion }: Props) {
  const earlier = new Map<string, string>();
  for (const { sha256, replaced_sha256, kind, changed_at, changed_by } of changes) {
    const who = changed_by ? ` by ${changed_by}` : "";
    if (sha256 && sha256 !== now && !earlier.has(sha256)) {
      earlier.set(sha256, `${WORDS[kind]} ${absolute(changed_at)}${who}`);
    }
    if (replaced_sha256 && replaced_sha256 !== now && !earlier.has(replaced_sha256)) {
      earlier.set(replaced_sha256, `until ${absolute(changed_at)}, replaced${who}`);
    }
  }
  if (earlier.size === 0 && !version) return null;
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-sm" leftSection={<IconHistory size={14} stroke={1.75} />}>
          {version ? `Version ${version.slice(0, 8)}` : `${earlier.size} earlier`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onVersion(null)}>As it is now</Menu.Item>
        {[...earlier].map(([sha256, words]) => (
          <Menu.Item
            key={sha256}
            rightSection={<span className={classes.hash}>{sha256.slice(0, 8)}</span>}
            onClick={() => onVersion(sha256)}
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

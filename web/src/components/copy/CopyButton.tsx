import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "~/platform/browser";

type Props = {
  text: string | (() => Promise<string>);
  label: string;
  word?: string;
  disabled?: boolean;
};

/** Copies a text and says for a moment that it did. */
export function CopyButton({ text, label, word, disabled = false }: Props) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => setDone(await copyText(typeof text === "string" ? text : await text()));
  const icon = done ? <IconCheck size={14} /> : <IconCopy size={14} />;
  if (word) {
    return (
      <Button variant="subtle" size="compact-sm" leftSection={icon} onClick={copy} title={label}>
        {done ? "Copied" : word}
      </Button>
    );
  }
  return (
    <Tooltip label={done ? "Copied" : label} openDelay={done ? 0 : 300}>
      <ActionIcon aria-label={label} disabled={disabled} onClick={copy}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

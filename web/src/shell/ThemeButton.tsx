import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const;
const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };
const WORDS = { auto: "as the system", light: "light", dark: "dark" };

/** Steps through the themes: as the system, light, dark. */
export function ThemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = ICONS[colorScheme];
  return (
    <Tooltip label={`Theme: ${WORDS[colorScheme]}`}>
      <ActionIcon
        aria-label={`Theme: ${WORDS[colorScheme]}`}
        onClick={() => setColorScheme(NEXT[colorScheme])}
      >
        <Icon size={16} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}

import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconDeviceDesktop,
  IconDots,
  IconLayoutGrid,
  IconListDetails,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { openPalette } from "~/shell/spotlight";
import { PAGES } from "./pages";
import classes from "./Shell.module.css";

const active = { activeProps: { "data-active": true }, activeOptions: { includeSearch: false } };

/** The navigation of a phone. */
export function TabBar() {
  const { setColorScheme } = useMantineColorScheme();
  return (
    <nav className={classes.tabBar} aria-label="Main">
      <Link to="/runs" className={classes.tab} {...active} activeOptions={{ exact: true }}>
        <IconListDetails size={20} stroke={1.75} aria-hidden />
        Runs
      </Link>
      <Link to="/environments" className={classes.tab} {...active}>
        <IconLayoutGrid size={20} stroke={1.75} aria-hidden />
        Environments
      </Link>
      <Link to="/runs/new" className={classes.tab} {...active}>
        <IconPlus size={20} stroke={1.75} aria-hidden />
        New run
      </Link>
      <Menu position="top-end">
        <Menu.Target>
          <button type="button" className={classes.tab}>
            <IconDots size={20} stroke={1.75} aria-hidden />
            More
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {PAGES.filter(({ to }) => to !== "/runs" && to !== "/environments").map(
            ({ to, name, Icon }) => (
              <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={16} />}>
                {name}
              </Menu.Item>
            ),
          )}
          <Menu.Item leftSection={<IconSearch size={16} />} onClick={openPalette}>
            Search and commands
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>Theme</Menu.Label>
          <Menu.Item
            leftSection={<IconDeviceDesktop size={16} />}
            onClick={() => setColorScheme("auto")}
          >
            As the system
          </Menu.Item>
          <Menu.Item leftSection={<IconSun size={16} />} onClick={() => setColorScheme("light")}>
            Light
          </Menu.Item>
          <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => setColorScheme("dark")}>
            Dark
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

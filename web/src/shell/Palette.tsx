import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData, useSpotlight } from "@mantine/spotlight";
import {
  IconArrowRight,
  IconFileText,
  IconHistory,
  IconKeyboard,
  IconMoon,
  IconPlus,
  IconSearch,
  IconServer,
  IconSun,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { environmentsQuery } from "~/api/queries";
import type { Page, Run } from "~/api/types";
import { environmentOf, STATUS_WORDS, statusOf, titleOf } from "~/model/run";
import { useShortcuts } from "~/platform/shortcuts";
import { PAGES } from "./pages";
import { openPalette, paletteStore } from "./spotlight";
import { useRunActions } from "./useRunActions";

const icon = { size: 16, stroke: 1.75 };

/** Search and commands. Closed it costs nothing, however much goes on. */
export function Palette({ onHelp }: { onHelp: () => void }) {
  const { opened } = useSpotlight(paletteStore);
  useShortcuts({ "mod+k": () => opened || openPalette() });
  return opened ? <OpenPalette onHelp={onHelp} /> : null;
}

/** Pages, a run by its number, environments, what was seen lately, and what can be done with the open run. */
function OpenPalette({ onHelp }: { onHelp: () => void }) {
  const [query, setQuery] = useState("");
  const actions = useActions(query.trim(), onHelp);
  return (
    <Spotlight
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      actions={actions}
      shortcut="mod + K"
      limit={12}
      nothingFound="Nothing by this name. A number opens that run."
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch {...icon} />,
        placeholder: "Run number, page, environment or command",
        "aria-label": "Search and commands",
      }}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0 }}
      attributes={{ content: { "aria-label": "Search and commands" } }}
    />
  );
}

function useActions(query: string, onHelp: () => void) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { data: environments } = useQuery(environmentsQuery);
  const { setColorScheme } = useMantineColorScheme();
  const colorScheme = useComputedColorScheme();
  const pages: SpotlightActionData[] = [
    {
      id: "new-run",
      label: "New run",
      leftSection: <IconPlus {...icon} />,
      onClick: () => void navigate({ to: "/runs/new" }),
    },
    ...PAGES.map(({ to, name, Icon }) => ({
      id: to,
      label: name,
      leftSection: <Icon {...icon} />,
      onClick: () => void navigate({ to }),
    })),
    {
      id: "theme",
      label: colorScheme === "dark" ? "Light theme" : "Dark theme",
      leftSection: colorScheme === "dark" ? <IconSun {...icon} /> : <IconMoon {...icon} />,
      onClick: () => setColorScheme(colorScheme === "dark" ? "light" : "dark"),
    },
    {
      id: "keys",
      label: "Keyboard shortcuts",
      leftSection: <IconKeyboard {...icon} />,
      onClick: onHelp,
    },
  ];
  const number = /^#?(\d{1,12})$/.exec(query)?.[1];
  const direct: SpotlightActionData[] = number
    ? [
        {
          id: "run-number",
          label: `Open run ${number}`,
          keywords: [query],
          leftSection: <IconArrowRight {...icon} />,
          onClick: () => void navigate({ to: "/runs/$id", params: { id: number } }),
        },
      ]
    : [];
  // A nodeid is known by its colons.
  if (query.includes("::")) {
    direct.push({
      id: "history-of",
      label: `History of ${query}`,
      keywords: [query],
      leftSection: <IconHistory {...icon} />,
      onClick: () => void navigate({ to: "/history", search: { nodeid: query } }),
    });
  }
  const seen = new Map<number, Run>();
  for (const query of cache.getQueryCache().findAll({ queryKey: ["runs"] })) {
    const data = query.state.data as { pages: Page<Run>[] } | undefined;
    for (const run of data?.pages[0]?.items ?? []) seen.set(run.id, run);
  }
  const runs: SpotlightActionData[] = [...seen.values()]
    .sort((a, b) => b.id - a.id)
    .slice(0, 60)
    .map((run) => ({
      id: `run-${run.id}`,
      label: `${run.id}  ${titleOf(run)}`,
      description: `${STATUS_WORDS[statusOf(run)]}, ${environmentOf(run)}, ${run.requester}`,
      leftSection: <IconFileText {...icon} />,
      onClick: () => void navigate({ to: "/runs/$id", params: { id: String(run.id) } }),
    }));
  const places: SpotlightActionData[] = (environments ?? []).map((environment) => ({
    id: `environment-${environment.id}`,
    label: `Environment ${environment.id} ${environment.name}`,
    description: environment.state,
    leftSection: <IconServer {...icon} />,
    onClick: () =>
      void navigate({ to: "/environments", search: { environment: String(environment.id) } }),
  }));
  return [
    ...(direct.length > 0 ? [{ group: "Go to", actions: direct }] : []),
    { group: "This run", actions: useRunActions() },
    { group: "Pages and commands", actions: pages },
    { group: "Runs", actions: query ? runs : runs.slice(0, 5) },
    { group: "Environments", actions: query ? places : [] },
  ].filter((group) => group.actions.length > 0);
}

import {
  IconFlask,
  IconHistory,
  IconLayoutGrid,
  IconListCheck,
  IconListDetails,
  IconServer,
  IconSettings,
  IconTemplate,
} from "@tabler/icons-react";

/** The pages that can be gone to from everywhere; `key` is pressed after `g`. */
export const PAGES = [
  { to: "/runs", name: "Runs", key: "r", Icon: IconListDetails },
  { to: "/environments", name: "Environments", key: "e", Icon: IconLayoutGrid },
  { to: "/tests", name: "Tests", key: "t", Icon: IconFlask },
  { to: "/templates", name: "Templates", key: "m", Icon: IconTemplate },
  { to: "/plans", name: "Plans", key: "p", Icon: IconListCheck },
  { to: "/history", name: "History", key: "h", Icon: IconHistory },
  { to: "/workers", name: "Workers", key: "w", Icon: IconServer },
  { to: "/admin", name: "Admin", key: "a", Icon: IconSettings },
] as const;

import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  Input,
  type MantineColorSchemeManager,
  SegmentedControl,
} from "@mantine/core";
import { recall, remember } from "~/platform/browser";
import { KEYS } from "~/platform/remembered";

/** Behaviour of components; how they look is in `mantine.css`. */
export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  primaryColor: "gray",
  defaultRadius: 6,
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { variant: "default", size: "sm" },
      vars: (_, { size }) => ({
        root: String(size).startsWith("compact")
          ? {
              "--button-height": "26px",
              "--button-padding-x": "9px",
              "--button-fz": "12px",
              "--button-radius": "var(--r2)",
            }
          : {
              "--button-height": "var(--control)",
              "--button-padding-x": "12px",
              "--button-fz": "13px",
              "--button-radius": "var(--r2)",
            },
      }),
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: "subtle" },
      vars: (_, { size, variant }) => ({
        root: {
          "--ai-radius": "var(--r2)",
          "--ai-size":
            typeof size === "number"
              ? `${size}px`
              : variant === "default"
                ? "var(--control)"
                : "28px",
        },
      }),
    }),
    Input: Input.extend({
      vars: (_, { size }) => ({
        wrapper: {
          "--input-height": size === "xs" ? "28px" : "var(--control)",
          "--input-fz": "13px",
          "--input-radius": "var(--r2)",
        },
      }),
    }),
    Checkbox: Checkbox.extend({
      vars: () => ({
        root: {
          "--checkbox-size": "15px",
          "--checkbox-radius": "var(--r1)",
          "--checkbox-color": "var(--primary)",
          "--checkbox-icon-color": "var(--on-primary)",
        },
      }),
    }),
    SegmentedControl: SegmentedControl.extend({
      vars: (_, { size }) => ({
        root: {
          "--sc-radius": "var(--r2)",
          "--sc-font-size": size === "md" ? "13px" : "12px",
          "--sc-padding": size === "md" ? "3px 10px" : "2px 10px",
          "--sc-transition-duration": "0ms",
        },
      }),
    }),
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: false, transitionProps: { duration: 0 } },
    },
    Menu: {
      defaultProps: {
        position: "bottom-end",
        transitionProps: { duration: 0 },
        withinPortal: true,
      },
    },
    Popover: { defaultProps: { transitionProps: { duration: 0 }, shadow: "none" } },
    Combobox: { defaultProps: { transitionProps: { duration: 0 } } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 0 },
        closeButtonProps: { "aria-label": "Close" },
      },
    },
    Loader: { defaultProps: { type: "oval" } },
  },
});

type Scheme = "light" | "dark" | "auto";

/** Keeps the chosen theme where the script that runs before the first paint reads it. */
export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => {
    const kept = recall(KEYS.theme);
    return kept === "light" || kept === "dark" || kept === "auto" ? kept : fallback;
  },
  set: (value: Scheme) => remember(KEYS.theme, value),
  subscribe: (onUpdate) => {
    window.addEventListener("storage", onStorage);
    function onStorage(event: StorageEvent) {
      if (event.key === KEYS.theme) onUpdate((event.newValue as Scheme) ?? "auto");
    }
  },
  unsubscribe: () => {},
  clear: () => remember(KEYS.theme, null),
};

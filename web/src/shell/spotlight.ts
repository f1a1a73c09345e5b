import { createSpotlight } from "@mantine/spotlight";

/** The palette's state, and how to open it from anywhere. */
export const [paletteStore, { open: openPalette }] = createSpotlight();

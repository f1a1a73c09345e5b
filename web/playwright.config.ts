import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  projects: [
    { name: "specs", testMatch: "*.spec.ts" },
    // What the pages cost in a real browser; told, not judged, for it depends on the machine.
    {
      name: "figures",
      testMatch: "*.figures.ts",
      timeout: 900_000,
      use: { trace: "off", actionTimeout: 60_000 },
    },
  ],
  // One server and one browser at a time: the machine may be small.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  // A browser on a busy machine may come too late once; the report then says "flaky".
  retries: 1,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // A name that is not localhost, so that the page is tried without what only secure origins have.
      args: ["--no-sandbox", "--host-resolver-rules=MAP proctor.test 127.0.0.1"],
    },
    trace: "retain-on-failure",
  },
});

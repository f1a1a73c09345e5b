import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.PROCTOR_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), earlyScript()],
  resolve: { alias: { "~": here("./src") } },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 240_000,
    // Two workers: the tests share a small machine with other work.
    maxWorkers: 2,
  },
});

/** Ships the script that sets the theme before the first paint: a classic script, which the bundler leaves out. */
function earlyScript(): Plugin {
  const source = readFileSync(here("./src/theme/early.js"), "utf8");
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  const fileName = `assets/early-${hash}.js`;
  return {
    name: "early-script",
    apply: "build",
    transformIndexHtml: {
      order: "pre",
      handler: (html) => html.replace("/src/theme/early.js", `/${fileName}`),
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source });
    },
  };
}

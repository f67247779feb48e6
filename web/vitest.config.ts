import { defineConfig, mergeConfig } from "vitest/config";
import built from "./vite.config.ts";

/** Logic is tried in Node, components in a document; Chromium is for web/tests. */
export default mergeConfig(
  built,
  defineConfig({
    test: {
      projects: [
        { extends: true, test: { name: "logic", include: ["src/**/*.test.ts"], environment: "node" } },
        { extends: true, test: { name: "parts", include: ["src/**/*.test.tsx"], environment: "happy-dom" } },
      ],
    },
  }),
);

import { defineConfig, devices } from "@playwright/test";

/** Debian's; Playwright's own browser would come from the network. */
const CHROMIUM = "/usr/bin/chromium";

const phone = { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 };
const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./tests/built.ts",
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    locale: "en-GB",
    serviceWorkers: "block", // what passes through one is not seen by tests that change answers
    timezoneId: "America/New_York", // not the plant's, so that a time shown in the browser's zone is seen
    launchOptions: {
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
    },
    contextOptions: { reducedMotion: "reduce" },
    trace: "off",
  },
  projects: [
    { name: "phone", use: phone, testIgnore: /(live|rights)\.spec/ },
    { name: "desktop", use: desktop, testIgnore: /(faults|languages)\.spec/ },
  ],
});

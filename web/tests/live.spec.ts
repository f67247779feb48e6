/** What is shown is live, or says that it is not, since when, and becomes so again by itself. */

import type { Page } from "@playwright/test";
import { expect, type Plant, type Running, test } from "./plant.ts";
import { open } from "./screens.ts";
import { said } from "./words.ts";

/** The plant's time goes on where a server is started again. */
const LATER = "2026-06-21T15:30:00+02:00";

const lost = (page: Page) => page.getByText(/^Not live: trying again\. Last heard/);
const offline = (page: Page) => page.getByText(/^This device has no network\. What you see is from/);

/** A plant that lives a minute each second, and a page that hears it. */
async function opened(page: Page, own: (running: Running) => Promise<Plant>): Promise<Plant> {
  const plant = await own({ speed: 60 });
  await open(page, plant, "/");
  await isLive(page);
  return plant;
}

async function isLive(page: Page): Promise<void> {
  await expect(lost(page)).toBeHidden({ timeout: 20_000 });
  const word = page.getByRole("navigation").getByText(said("shell", "connection.live"), { exact: true });
  await expect(word).toBeVisible({ timeout: 20_000 });
}

/** What the screen says of the sun's power now. */
async function power(page: Page): Promise<string> {
  const shown = await page.getByRole("definition").first().innerText();
  return /[\d.,]+\s*k?W/.exec(shown)?.[0] ?? "";
}

test("power changes by itself", async ({ page, own }) => {
  await opened(page, own);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const before = await power(page);
  await expect.poll(() => power(page), { timeout: 20_000 }).not.toBe(before);
  expect(asked.filter((path) => path === "/api/v1/devices").length).toBeLessThan(2);
});

test("a server that is gone is noticed, and its return", async ({ page, own }) => {
  const plant = await opened(page, own);
  await plant.kill();
  await expect(lost(page)).toBeVisible();
  expect(await power(page), "the old value stays").toMatch(/\d/);
  await plant.start(LATER);
  await isLive(page);
  const before = await power(page);
  await expect.poll(() => power(page), { timeout: 20_000 }).not.toBe(before);
});

test("a browser without network is told so, and goes on by itself", async ({ page, own, context }) => {
  await opened(page, own);
  await context.setOffline(true);
  await expect(offline(page)).toBeVisible({ timeout: 25_000 });
  await context.setOffline(false);
  await expect(offline(page)).toBeHidden({ timeout: 20_000 });
  await isLive(page);
});

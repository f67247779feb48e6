/** The screens that there are, and what each has to be before it is looked at. */

import { expect, type Page } from "@playwright/test";
import type { Plant } from "./plant.ts";
import { said } from "./words.ts";

/** Name of the picture, and address; `<inverter>` is the serial number of one with a shaded port. */
export const SCREENS = {
  now: "/",
  roof: "/roof",
  port: "/roof/<inverter>/2",
  history: "/history",
  devices: "/devices",
  device: "/devices/<inverter>",
  dtu: "/devices/dtu/simulated",
  storage: "/storage",
  settings: "/settings",
  more: "/more",
} as const;

/** Of the settings. */
export const SECTIONS = [
  "site",
  "appearance",
  "account",
  "users",
  "tokens",
  "audit",
  "outputs",
  "about",
] as const;

/** Go to a screen and wait until it has everything. */
export async function open(page: Page, plant: Plant, address: string, language = "en"): Promise<void> {
  const serial = address.includes("<inverter>") ? await inverter(page, plant) : "";
  await page.goto(plant.url + address.replace("<inverter>", serial));
  await settled(page, language);
}

/** There is a heading, and nothing loads. */
export async function settled(page: Page, language = "en"): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText(said("shell", "loading", {}, language), { exact: true })).toHaveCount(0);
  await page.waitForLoadState("networkidle");
}

async function inverter(page: Page, plant: Plant): Promise<string> {
  const answer = await page.request.get(`${plant.url}/api/v1/devices?limit=100`);
  const { items } = (await answer.json()) as { items: { serial_number: string; name: string }[] };
  const found = items.find((each) => each.name === "House east");
  if (found === undefined) throw new Error(`no House east among ${JSON.stringify(items)}`);
  return found.serial_number;
}

/** What went wrong in a page: errors of the console and of scripts, and what its policy refused. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => found.push(String(error.stack ?? error)));
  return found;
}

/** By how many pixels the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

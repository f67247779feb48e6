/** Every screen in both sizes and both themes: whole, accessible, without a word of complaint. */

import type { Page, TestInfo } from "@playwright/test";
import { barriers } from "./barriers.ts";
import { picture } from "./pictures.ts";
import { expect, test } from "./plant.ts";
import { complaints, open, overflow, SCREENS, SECTIONS, settled } from "./screens.ts";

/** Look at what is open, in light and dark. */
async function look(page: Page, name: string, { project }: TestInfo): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    expect(await barriers(page), `what axe finds in ${name}, ${colorScheme}`).toEqual([]);
    await picture(page, name, project.name, colorScheme);
  }
  expect(await overflow(page), `pixels that stand out at the side of ${name}`).toBeLessThanOrEqual(0);
}

for (const [name, address] of Object.entries(SCREENS)) {
  test(`${name} can be looked at by everybody`, async ({ page, plant }, info) => {
    const wrong = complaints(page);
    await open(page, plant, address);
    await look(page, name, info);
    expect(wrong).toEqual([]);
  });
}

test("so can each section of the settings", async ({ page, plant }, info) => {
  const wrong = complaints(page);
  for (const section of SECTIONS) {
    await open(page, plant, `/settings/${section}`);
    await look(page, `settings-${section}`, info);
  }
  expect(wrong).toEqual([]);
});

test("so can the set-up", async ({ page, plant }, info) => {
  const wrong = complaints(page);
  await open(page, plant, "/setup");
  await look(page, "setup", info);
  expect(wrong).toEqual([]);
});

test("so can the log-in", async ({ page, guarded }, info) => {
  await open(page, guarded, "/login");
  await look(page, "login", info);
});

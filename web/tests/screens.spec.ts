/** Every screen in both sizes and both themes: whole, accessible, without a word of complaint. */

import type { Page } from "@playwright/test";
import axe from "axe-core";
import { picture } from "./pictures.ts";
import { expect, test } from "./plant.ts";
import { complaints, open, overflow, SCREENS, type ScreenName, settled } from "./screens.ts";

for (const [name, address] of Object.entries(SCREENS) as [ScreenName, string][]) {
  test(`${name} can be looked at by everybody`, async ({ page, plant }, { project }) => {
    const wrong = complaints(page);
    await open(page, plant, address);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      expect(await barriers(page), `${colorScheme}: what axe finds`).toEqual([]);
      await picture(page, name, project.name, colorScheme);
    }
    expect(await overflow(page), "pixels that stand out at the side").toBeLessThanOrEqual(0);
    expect(wrong).toEqual([]);
  });
}

/** What keeps people out, seriously: rule, and where. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ["violations"],
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(
        (node) => `${node.target.join(" ")}: ${node.any.map((each) => each.message).join("; ")}`,
      ),
    }));
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, where }) => `${id} at ${where.join(" | ")}`);
}

/** German and Polish: nothing is left in English, nothing is cut off or stands out where there is least room. */

import type { Page } from "@playwright/test";
import { expect, test } from "./plant.ts";
import { open, overflow, SCREENS } from "./screens.ts";
import { everyWord, said } from "./words.ts";

for (const language of ["de", "pl"]) {
  test.describe(language, () => {
    test.use({ locale: `${language}-${language.toUpperCase()}` });

    test(`all screens speak ${language}`, async ({ page, plant }) => {
      for (const [name, address] of Object.entries(SCREENS)) {
        await open(page, plant, address, language);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        const link = { name: said("shell", "screens.history", {}, language), exact: true };
        await expect(page.getByRole("link", link)).toBeVisible();
        expect(await leftInEnglish(page, language), `English at ${name}`).toEqual([]);
        expect(await namesOfWords(page), `names in place of words at ${name}`).toEqual([]);
        expect(await overflow(page), `pixels that stand out at ${name}`).toBeLessThanOrEqual(0);
      }
    });
  });
}

/** Lines of the page that are words of the English files, and none of the language's own. */
async function leftInEnglish(page: Page, language: string): Promise<string[]> {
  const own = new Set(everyWord(language));
  const lines = new Set((await page.locator("body").innerText()).split("\n").map((line) => line.trim()));
  return everyWord("en").filter((word) => lines.has(word) && !own.has(word));
}

async function namesOfWords(page: Page): Promise<string[]> {
  const shown = await page.locator("body").innerText();
  return shown.match(/\{\{|\b[a-z]+\.[a-z]+[A-Z.][a-zA-Z.]+\b/g) ?? [];
}

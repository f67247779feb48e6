/** German and Polish: nothing is left in English, nothing is cut off or stands out. */

import { expect, test } from "./plant.ts";
import { open, overflow, SCREENS } from "./screens.ts";
import { everyWord, said } from "./words.ts";

for (const language of ["de", "pl"]) {
  test.describe(language, () => {
    test.use({ locale: `${language}-${language.toUpperCase()}` });

    for (const [name, address] of Object.entries(SCREENS)) {
      test(`${name} speaks ${language}`, async ({ page, plant }, { project }) => {
        test.skip(project.name !== "phone", "where there is least room");
        await open(page, plant, address, language);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        const link = { name: said("shell", "screens.history", {}, language), exact: true };
        await expect(page.getByRole("link", link)).toBeVisible();
        const shown = await page.locator("body").innerText();
        const own = new Set(everyWord(language));
        const left = everyWord("en").filter((word) => !own.has(word));
        const lines = new Set(shown.split("\n").map((line) => line.trim()));
        expect(left.filter((word) => lines.has(word))).toEqual([]);
        expect(shown, "a name in place of its word").not.toMatch(/\{\{|\b[a-z]+\.[a-z]+[A-Z.][a-zA-Z.]+\b/);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
      });
    }
  });
}

/** What keeps people from using a page: what axe finds that is serious. */

import type { Page } from "@playwright/test";
import axe from "axe-core";

/** Rule and place of each barrier. The page's own policy lets no script in, so axe comes by the debugger. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(" ")).join(" | ")}`);
}

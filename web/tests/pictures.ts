/** Pictures of the screens for the documentation, written where `PICTURES=1` asks for them. */

import type { Page } from "@playwright/test";
import { ROOT } from "./checkout.ts";

/** Keep how a screen looks, as `docs/pictures/<screen>-<size>[-dark].png`. */
export async function picture(
  page: Page,
  screen: string,
  size: string,
  theme: "light" | "dark",
): Promise<void> {
  if (process.env.PICTURES !== "1") return;
  const path = `${ROOT}/docs/pictures/${screen}-${size}${theme === "dark" ? "-dark" : ""}.png`;
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
}

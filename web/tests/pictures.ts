/** Pictures of the screens for the documentation, written where `PICTURES=1` asks for them. */

import type { Page } from "@playwright/test";
import { ROOT } from "./checkout.ts";

/** What is shown in dark, too; one of each would be twice the bytes and tell nothing more. */
const ALSO_DARK = new Set(["now", "roof", "history"]);
const LEFT_OUT = /^settings-(?!users)|^more$/;

/** Keep how a screen looks, as `docs/pictures/<screen>-<size>[-dark].png`. */
export async function picture(
  page: Page,
  screen: string,
  size: string,
  theme: "light" | "dark",
): Promise<void> {
  if (process.env.PICTURES !== "1" || LEFT_OUT.test(screen)) return;
  if (theme === "dark" && !ALSO_DARK.has(screen)) return;
  const path = `${ROOT}/docs/pictures/${screen}-${size}${theme === "dark" ? "-dark" : ""}.png`;
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
}

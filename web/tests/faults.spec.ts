/** Answers that are not what they should be: the screen says so, and the rest goes on. */

import type { Page } from "@playwright/test";
import { expect, test } from "./plant.ts";
import { settled } from "./screens.ts";
import { said } from "./words.ts";

const PROBLEM = {
  type: "urn:sunledger:problem:unavailable",
  title: "Unavailable",
  status: 503,
  detail: "The database is away; readings wait in the spool.",
};
const BROKEN = said("shell", "failed.broken");

/** What may be wrong with which answer, and what is said of it then. */
const WRONG = [
  { what: "devices is no JSON", path: "devices", status: 200, body: '{"items": [', says: BROKEN },
  { what: "devices has another shape", path: "devices", status: 200, body: '{"items": 7}', says: BROKEN },
  {
    what: "devices is refused",
    path: "devices",
    status: 503,
    body: JSON.stringify(PROBLEM),
    says: PROBLEM.detail,
  },
  { what: "energy is no JSON", path: "energy", status: 200, body: "[", says: BROKEN },
] as const;

const tryAgain = (page: Page) => page.getByRole("button", { name: said("shell", "retry") }).first();
const to = (page: Page, name: string) =>
  page
    .getByRole("link", { name: said("shell", `screens.${name}`), exact: true })
    .first()
    .click();

for (const { what, path, status, body, says } of WRONG) {
  test(`where the answer about ${what}, one is told, and can go on`, async ({ page, plant }) => {
    const contentType = status === 200 ? "application/json" : "application/problem+json";
    await page.route(`**/api/v1/${path}?**`, (route) => route.fulfill({ status, body, contentType }));
    await page.goto(`${plant.url}/`);
    await expect(page.getByText(says).first()).toBeVisible({ timeout: 20_000 });
    await to(page, "more");
    await settled(page);
    await to(page, "now");
    await expect(tryAgain(page)).toBeVisible({ timeout: 20_000 });
    await page.unrouteAll();
    await tryAgain(page).click();
    await settled(page);
    await expect(page.getByText(says)).toHaveCount(0);
  });
}

test("an address that leads nowhere says so", async ({ page, plant }) => {
  await page.goto(`${plant.url}/settings/no-such-section`);
  await expect(page.getByRole("heading", { name: said("shell", "notFound.title") })).toBeVisible();
  await page.getByRole("link", { name: said("shell", "failed.home") }).click();
  await expect(page).toHaveURL(`${plant.url}/`);
});

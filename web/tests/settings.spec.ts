/** What people do in the settings: say where the plant is, let others in, and see what was done. */

import type { Page } from "@playwright/test";
import { barriers } from "./barriers.ts";
import { ADMINISTRATOR, expect, PASSWORD, type Plant, test } from "./plant.ts";
import { open, overflow } from "./screens.ts";
import { said } from "./words.ts";

async function beAdministrator(page: Page, plant: Plant): Promise<void> {
  const data = { name: ADMINISTRATOR, password: PASSWORD };
  expect((await page.request.post(`${plant.url}/api/v1/login`, { data })).status()).toBe(200);
}

function field(page: Page, name: string) {
  return page.getByLabel(said("settings", name), { exact: true });
}

function button(page: Page, screen: string, name: string) {
  return page.getByRole("button", { name: said(screen, name), exact: true });
}

const SECTIONS = ["site", "appearance", "account", "users", "tokens", "audit", "outputs", "about"];

test("every section can be read by everybody", async ({ page, guarded }) => {
  test.slow();
  await beAdministrator(page, guarded);
  for (const section of SECTIONS) {
    await open(page, guarded, `/settings/${section}`);
    expect(await overflow(page), section).toBeLessThanOrEqual(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page), `${section}, ${colorScheme}`).toEqual([]);
    }
  }
});

test("what configuration sets is shown so, and cannot be changed", async ({ page, plant }) => {
  await open(page, plant, "/settings/site");
  await expect(field(page, "site.zone")).toBeDisabled();
  await expect(page.getByText("TIMEZONE").first()).toBeVisible();
});

test("panels are added, told what is wrong with them, and kept", async ({ page, own }) => {
  const plant = await own({ fresh: true });
  await open(page, plant, "/settings/site");
  await button(page, "settings", "site.addArray").click();
  await field(page, "site.azimuth").fill("135");
  await expect(page.getByText(said("settings", "site.winds.se"))).toBeVisible();
  await button(page, "shell", "actions.save").click();
  await expect(page.getByText(said("settings", "site.noNumber"))).toBeVisible();
  await field(page, "site.capacity").fill("-1");
  await button(page, "shell", "actions.save").click();
  await expect(page.getByText(/at least 1/)).toBeVisible();
  await field(page, "site.capacity").fill("4200,5");
  await button(page, "shell", "actions.save").click();
  await expect(page.getByText(said("shell", "saved"))).toBeVisible();
  await page.reload();
  await expect(field(page, "site.capacity")).toHaveValue("4200.5");
});

test("appearance and language are chosen, and stay", async ({ page, plant }) => {
  await open(page, plant, "/settings/appearance");
  await field(page, "appearance.colours").selectOption("dark");
  await field(page, "appearance.language").selectOption("de");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-appearance", "dark");
  await expect(
    page.getByRole("heading", { name: said("settings", "appearance.title", {}, "de") }),
  ).toBeVisible();
});

test("the first administrator closes the way in without a name", async ({ page, own }) => {
  const plant = await own({ fresh: true });
  await open(page, plant, "/settings/account");
  await expect(page.getByText(said("settings", "account.ownerTitle"))).toBeVisible();
  await page.getByRole("link", { name: said("settings", "account.makeUser") }).click();
  await button(page, "settings", "users.add").click();
  await field(page, "users.name").fill("ann");
  await field(page, "password.fresh").fill("short");
  await field(page, "users.role").selectOption("administrator");
  await button(page, "shell", "actions.save").click();
  await expect(page.getByRole("alert")).toContainText(/12 characters/);
  await field(page, "password.fresh").fill(PASSWORD);
  await button(page, "shell", "actions.save").click();
  await expect(page).toHaveURL(/\/login/);
});

test("a token is shown once, works, and ends", async ({ page, own, playwright }) => {
  const plant = await own({ fresh: true });
  await open(page, plant, "/settings/tokens");
  await button(page, "settings", "tokens.make").click();
  await field(page, "tokens.name").fill("Home Assistant");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("settings", "tokens.make") })
    .click();
  const secret = await page.getByRole("dialog").locator("code").innerText();
  const program = await playwright.request.newContext({
    extraHTTPHeaders: { Authorization: `Bearer ${secret}` },
  });
  expect((await program.get(`${plant.url}/api/v1/me`)).status()).toBe(200);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell", "actions.close") })
    .last()
    .click();
  await expect(page.getByText(secret)).toHaveCount(0);
  await button(page, "settings", "tokens.revoke").click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("settings", "tokens.revoke") })
    .click();
  await expect(page.getByText(said("settings", "tokens.revoked"), { exact: true })).toBeVisible();
  expect((await program.get(`${plant.url}/api/v1/me`)).status()).toBe(401);
  await program.dispose();
});

test("a user is made, changed and removed, and the audit tells of it", async ({ page, own }) => {
  const plant = await own({ fresh: true, people: true });
  await beAdministrator(page, plant);
  await open(page, plant, "/settings/users");
  await button(page, "settings", "users.add").click();
  await field(page, "users.name").fill("otto");
  await field(page, "password.fresh").fill("seven boats in the harbour");
  await button(page, "shell", "actions.save").click();
  await page.getByRole("button", { name: said("settings", "users.change", { name: "otto" }) }).click();
  await field(page, "users.role").selectOption("operator");
  await button(page, "shell", "actions.save").click();
  const row = page.getByRole("listitem").filter({ hasText: "otto" });
  await expect(row.getByText(said("settings", "roles.operator"), { exact: true })).toBeVisible();
  await page.getByRole("button", { name: said("settings", "users.remove", { name: "otto" }) }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: said("shell", "actions.remove") })
    .click();
  await expect(row).toHaveCount(0);

  await open(page, plant, "/settings/audit?action=change");
  const entry = page.getByRole("listitem").filter({ hasText: "otto" });
  await expect(entry.locator("del")).toHaveText("viewer");
  await expect(entry.locator("ins")).toHaveText("operator");
  await button(page, "settings", "audit.verify").click();
  await expect(page.getByText(/none changed or missing/)).toBeVisible();
});

test("one's own password is changed with the one before", async ({ page, own }) => {
  const plant = await own({ fresh: true, people: true });
  await beAdministrator(page, plant);
  await open(page, plant, "/settings/account");
  await field(page, "password.current").fill("not the right words");
  await field(page, "password.fresh").fill("eleven lamps along the quay");
  await button(page, "settings", "password.change").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await field(page, "password.current").fill(PASSWORD);
  await button(page, "settings", "password.change").click();
  await expect(page.getByText(said("shell", "saved"))).toBeVisible();
});

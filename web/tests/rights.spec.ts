/** Who is let in, where they come out, and that nothing is offered that they may not do. */

import type { Cookie, Page } from "@playwright/test";
import { ADMINISTRATOR, expect, PASSWORD, type Plant, test, VIEWER } from "./plant.ts";
import { open, settled } from "./screens.ts";
import { said } from "./words.ts";

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel(said("entry", "name"), { exact: true }).fill(name);
  await page.getByLabel(said("entry", "password.label"), { exact: true }).fill(password);
  await page.getByRole("button", { name: said("shell", "actions.logIn") }).click();
}

/** Of those who have logged in already: more log-ins than people make by hand are refused. */
const sessions = new Map<string, Cookie[]>();

/** Be somebody, without the way through the form. */
async function be(page: Page, plant: Plant, name: string): Promise<void> {
  const known = sessions.get(plant.url + name);
  if (known !== undefined) return page.context().addCookies(known);
  const answer = await page.request.post(`${plant.url}/api/v1/login`, { data: { name, password: PASSWORD } });
  expect(answer.status()).toBe(200);
  sessions.set(plant.url + name, await page.context().cookies());
}

test("whoever is not known logs in, and is then where they wanted to go", async ({ page, guarded }) => {
  await page.goto(`${guarded.url}/history?unit=month`);
  await expect(page).toHaveURL(/\/login\?/);
  await settled(page);
  await fillIn(page, ADMINISTRATOR, "not the right words");
  await expect(page.getByText(said("entry", "login.wrong"))).toBeVisible();
  await fillIn(page, ADMINISTRATOR, PASSWORD);
  await expect(page).toHaveURL(/\/history\?/);
  expect(page.url()).toContain("month");
  await settled(page);
});

for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]) {
  test(`the log-in never leads away: ${next}`, async ({ page, guarded }) => {
    const left: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(guarded.url)) left.push(request.url());
    });
    page.on("dialog", (dialog) => left.push(dialog.message()));
    await page.goto(`${guarded.url}/login?next=${encodeURIComponent(next)}`);
    await fillIn(page, VIEWER, PASSWORD);
    await expect(page).toHaveURL(`${guarded.url}/`);
    await settled(page);
    expect(left.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([]);
  });
}

/** What is offered for changing something, and where. */
const OFFERED = [
  ["/roof", "roof", "plan.arrange"],
  ["/devices/<inverter>", "shell", "actions.edit"],
  ["/storage", "storage", "state.rebuild"],
  ["/settings/site", "shell", "actions.save"],
  ["/settings/users", "settings", "users.add"],
] as const;

for (const [name, count] of [
  [ADMINISTRATOR, 1],
  [VIEWER, 0],
] as const) {
  test(`a ${count ? "user who may change all is offered changes" : "viewer is offered no changes"}`, async ({
    page,
    guarded,
  }) => {
    await be(page, guarded, name);
    for (const [address, screen, word] of OFFERED) {
      await open(page, guarded, address);
      const found = page.getByRole("button", { name: said(screen, word) });
      await expect(found, `${word} at ${address}`).toHaveCount(count);
    }
  });
}

for (const section of ["users", "audit"]) {
  test(`a viewer is told that the ${section} are not for them`, async ({ page, guarded }) => {
    await be(page, guarded, VIEWER);
    await open(page, guarded, `/settings/${section}`);
    await expect(page.getByText(said("shell", "forbidden.title"))).toBeVisible();
    await expect(page.getByText(said("shell", "forbidden.about"))).toBeVisible();
  });
}

test("whoever logs out has to log in again", async ({ page, guarded }) => {
  await be(page, guarded, VIEWER);
  await open(page, guarded, "/more");
  await page.getByRole("button", { name: said("shell", "actions.logOut") }).click();
  sessions.delete(guarded.url + VIEWER);
  await expect(page).toHaveURL(/\/login/);
  await page.goto(`${guarded.url}/devices`);
  await expect(page).toHaveURL(/\/login\?/);
});

test("whose session has ended is led to the log-in, and back", async ({ page, guarded, context }) => {
  await be(page, guarded, VIEWER);
  await open(page, guarded, "/");
  await context.clearCookies();
  await page.getByRole("link", { name: said("shell", "screens.history"), exact: true }).click();
  await expect(page).toHaveURL(/\/login\?/, { timeout: 20_000 });
  await fillIn(page, VIEWER, PASSWORD);
  await expect(page).toHaveURL(/\/history/);
});

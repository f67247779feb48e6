/** The ways in: the first run, from nothing to a plant that lives; the first administrator; a page without a server. */

import { createServer } from "node:net";
import type { Page } from "@playwright/test";
import { barriers } from "./barriers.ts";
import { expect, PASSWORD, test as plain } from "./plant.ts";
import { Network } from "./real.ts";
import { settled } from "./screens.ts";
import { said } from "./words.ts";

const test = plain.extend<{ network: Network }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what is needed
  network: async ({}, use) => {
    const network = new Network();
    await use(network);
    await network.remove();
  },
});

function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name: said("entry", name), exact: true }).click();
}

function field(page: Page, name: string) {
  return page.getByLabel(said("entry", name), { exact: true });
}

/** A choice is named by its title and what it is. */
function source(page: Page, name: string) {
  return page.getByRole("radio", { name: said("entry", `setup.source.${name}`) });
}

/** It stays the same while Sunledger begins again. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === "object" && address !== null ? String(address.port) : "";
}

test("the first run leads to a simulated plant, and from there to one's own", async ({ page, network }) => {
  test.slow();
  const dtu = await network.dtu(2);
  const url = await network.sunledger({ HEALTH_PORT: await freePort(), TIMEZONE: "" });
  await page.goto(url);
  await expect(page).toHaveURL(`${url}/setup`);
  await press(page, "setup.welcome.begin");
  await source(page, "simulated").check();
  await page.reload();
  await expect(source(page, "simulated")).toBeChecked();
  await press(page, "setup.next");
  await expect(field(page, "setup.place.zone")).toHaveValue("America/New_York");
  await field(page, "setup.place.zone").fill("Europe/Warsaw");
  await press(page, "setup.next");
  await expect(page).toHaveURL(/step=access/);
  await page.goBack();
  await expect(field(page, "setup.place.zone")).toHaveValue("Europe/Warsaw");
  await page.goForward();
  await press(page, "setup.next");
  await press(page, "setup.ready.show");
  await expect(page.getByText(said("shell", "simulated"), { exact: true })).toBeVisible({ timeout: 40_000 });
  await settled(page);

  await page.getByRole("link", { name: said("shell", "connect") }).click();
  await source(page, "dtu").check();
  await page.getByLabel(said("devices", "survey.host"), { exact: true }).fill("127.0.0.1");
  await page.getByLabel(said("devices", "survey.port"), { exact: true }).fill(dtu);
  await page.getByRole("button", { name: said("devices", "survey.do") }).click();
  await page.getByRole("button", { name: said("devices", "survey.use") }).click();
  await press(page, "setup.source.use");
  await expect(field(page, "setup.place.zone")).toHaveValue("Europe/Warsaw");
  await press(page, "setup.next");
  await press(page, "setup.next");
  await press(page, "setup.ready.show");
  await expect(page).toHaveURL(`${url}/`, { timeout: 40_000 });
  await settled(page);
  await expect(page.getByText(said("shell", "simulated"), { exact: true })).toHaveCount(0);
  const answer = await page.request.get(`${url}/api/v1/system`);
  expect(await answer.json()).toMatchObject({ simulated: false, dtus: 1, zone: "Europe/Warsaw" });
});

test("the set-up can be skipped, and does not come again", async ({ page, network }) => {
  const url = await network.sunledger();
  await page.goto(url);
  await press(page, "setup.skipAll");
  await expect(page).toHaveURL(`${url}/`);
  await settled(page);
  await page.reload();
  await settled(page);
  await expect(page).toHaveURL(`${url}/`);
});

test("every step can be used by everybody", async ({ page, network }) => {
  const url = await network.sunledger();
  for (const step of ["welcome", "source", "place", "access", "ready"]) {
    await page.goto(`${url}/setup?step=${step}`);
    await settled(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page), `${step}, ${colorScheme}`).toEqual([]);
    }
  }
});

test("the first administrator is made by the link of the log, which then counts no more", async ({
  page,
  network,
}) => {
  const link = await network.setupLink();
  const secret = link.split("#")[1] ?? "";
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(new URL("/", link).href);
  await expect(page.getByText(said("entry", "login.nobody"))).toBeVisible();
  await page.goto(link);
  await field(page, "name").fill("ann");
  await field(page, "password.label").fill("too short");
  await press(page, "first.do");
  await expect(page.getByText("Must have at least 12 characters")).toBeVisible();
  await field(page, "password.label").fill(PASSWORD);
  await press(page, "first.do");
  await expect(page.getByRole("heading", { name: said("entry", "setup.welcome.title") })).toBeVisible();
  expect(page.url()).not.toContain(secret);
  expect(asked.filter((url) => new URL(url).href.split("#")[0]?.includes(secret))).toEqual([]);

  await page.context().clearCookies();
  await page.goto(link);
  await field(page, "name").fill("bob");
  await field(page, "password.label").fill(PASSWORD);
  await press(page, "first.do");
  await expect(page.getByText(said("entry", "first.spent"))).toBeVisible();
});

const LATER = "2026-06-21T14:00:00+02:00";

test.describe("a page that was kept", () => {
  test.use({ serviceWorkers: "allow" });

  test("says that there is no server, and goes on once there is", async ({ page, own }) => {
    test.slow();
    const plant = await own({ fresh: true });
    await page.goto(plant.url);
    await settled(page);
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await plant.kill();
    await page.goto(`${plant.url}/history`);
    await expect(page.getByText(said("shell", "failed.network"))).toBeVisible({ timeout: 20_000 });
    const kept = await page.evaluate(async () => {
      const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
      return (await Promise.all(caches_.map((cache) => cache.keys()))).flat().map(({ url }) => url);
    });
    expect(kept.filter((url) => new URL(url).pathname.startsWith("/api"))).toEqual([]);
    await plant.start(LATER);
    await settled(page);
  });
});

/** What people do with what was: go through time, compare, look closer, and take it with them. */

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./plant.ts";
import { open, settled } from "./screens.ts";
import { said } from "./words.ts";

const words = (name: string, values: Record<string, string> = {}) => said("history", name, values);

/** On a phone, what may be chosen is folded away. */
async function choices(page: Page): Promise<void> {
  const folded = page.locator("summary");
  if (await folded.isVisible()) await folded.click();
}

/** The chart, which keys move through. */
const chart = (page: Page) => page.getByRole("group", { name: /:.*\./ });

async function drag(page: Page, by: number): Promise<void> {
  await chart(page).scrollIntoViewIfNeeded();
  const box = await page.locator(".u-over").boundingBox();
  if (box === null) throw new Error("no chart is drawn");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by / 2, y, { steps: 5 });
  await page.mouse.move(x + by, y, { steps: 5 });
  await page.mouse.up();
}

test("periods follow on each other, and each has its address", async ({ page, plant }) => {
  await open(page, plant, "/history?period=month&date=2026-06-15");
  await expect(page.getByRole("heading", { name: "June 2026", exact: true })).toBeVisible();
  await page.getByRole("button", { name: said("shell", "actions.previous") }).click();
  await expect(page.getByRole("heading", { name: "May 2026", exact: true })).toBeVisible();
  await page.getByRole("button", { name: words("period.week"), exact: true }).click();
  await expect(page).toHaveURL(/period=week&date=2026-05-31/);
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "June 2026", exact: true })).toBeVisible();
});

test("an address of nonsense is today", async ({ page, plant }) => {
  await open(page, plant, "/history?period=decade&date=never&device=%3Cb%3E&compare=7");
  await expect(page.getByRole("heading", { name: /^Sunday,? 21 June 2026$/ })).toBeVisible();
});

test("a day without readings says so, in words and in the chart", async ({ page, plant }) => {
  await open(page, plant, "/history?date=2026-06-11");
  await expect(page.getByText(said("shell", "chart.gap"))).toBeVisible();
  await expect(page.getByText(/^\d+ % of the readings are missing\.$/)).toBeVisible();
});

test("a month of energy stands beside the month before, in the chart's twin too", async ({ page, plant }) => {
  await open(page, plant, "/history?period=month&date=2026-05-15");
  await choices(page);
  await page.getByLabel(words("compare.label")).selectOption("before");
  await expect(page).toHaveURL(/compare=before/);
  await expect(page.getByText(/April 2026 \(.*Wh\)/)).toBeVisible();
  await page.getByRole("button", { name: said("shell", "table.show") }).click();
  await expect(page.getByRole("columnheader")).toHaveText(["Time", "April 2026 (Wh)", "May 2026 (Wh)"]);
  await expect(page.getByRole("row")).toHaveCount(1 + 31);
});

test("a bar leads to its day, also by keys", async ({ page, plant }) => {
  await open(page, plant, "/history?period=month&date=2026-06-15");
  await chart(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/period=day&date=2026-06-02/);
});

test("a chart can be dragged into the days before, and the way back leads back", async ({ page, plant }) => {
  await open(page, plant, "/history?date=2026-06-14");
  await drag(page, 150);
  await expect(page).toHaveURL(/period=span&from=2026-06-13T/);
  await settled(page);
  await page.goBack();
  await expect(page.getByRole("heading", { name: /^Sunday,? 14 June 2026$/ })).toBeVisible();
});

test("one port's voltage is shown with its extremes", async ({ page, plant }) => {
  await open(page, plant, "/history?period=week&date=2026-06-10");
  await choices(page);
  await page.getByLabel(words("what.label")).selectOption("port.pv_voltage");
  await page.getByLabel(words("whose.label"), { exact: true }).selectOption({ index: 2 });
  await expect(page).toHaveURL(/device=\w+&port=1/);
  await settled(page);
  await expect(page.getByRole("term").filter({ hasText: words("figures.lowest") })).toBeVisible();
});

test("what is shown can be taken along as a table and as a picture", async ({ page, plant }) => {
  await open(page, plant, "/history?period=month&date=2026-05-15");
  const table = page.waitForEvent("download");
  await page.getByRole("button", { name: words("export.table"), exact: true }).click();
  expect((await table).suggestedFilename()).toBe("sunledger-plant-energy-by-1d-2026-05-01-to-2026-05-31.csv");
  const lines = readFileSync(await (await table).path(), "utf8")
    .trimEnd()
    .split(/\r?\n/);
  expect(lines[0]).toBe("start,end,local_start,local_end,energy");
  expect(lines).toHaveLength(1 + 31);
  const picture = page.waitForEvent("download");
  await page.getByRole("button", { name: words("export.picture"), exact: true }).click();
  const bytes = readFileSync(await (await picture).path());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
});

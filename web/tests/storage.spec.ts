/** What people do where the data are kept: find the days that lack something, and take the data with them. */

import { readFileSync } from "node:fs";
import { expect, test } from "./plant.ts";
import { open } from "./screens.ts";
import { said } from "./words.ts";

test("a day of the calendar says how complete it is, and leads to its history", async ({ page, plant }) => {
  await open(page, plant, "/storage");
  const day = page.locator('a[data-day="2026-06-15"]');
  await expect(day).toHaveAccessibleName(/^15 Jun: .*%/);
  await day.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator('a[data-day="2026-06-15"]')).toHaveAttribute("tabindex", "-1");
  await day.click();
  await expect(page).toHaveURL(/\/history\?.*date=2026-06-15/);
  await page.goBack();
  await expect(page).toHaveURL(/\/storage/);
});

test("another year is in the address", async ({ page, plant }) => {
  await open(page, plant, "/storage?year=2020");
  await expect(page.getByText(said("storage", "calendar.nothing", { year: "2020" }))).toBeVisible();
  await page.getByLabel(said("storage", "calendar.year"), { exact: true }).selectOption("2026");
  await expect(page).toHaveURL(/year=2026/);
  await page.goBack();
  await expect(page.getByText(said("storage", "calendar.nothing", { year: "2020" }))).toBeVisible();
});

test("the calendar has a twin of rows", async ({ page, plant }) => {
  await open(page, plant, "/storage");
  await page.getByRole("button", { name: said("shell", "table.show") }).click();
  const table = page.getByRole("table", { name: said("storage", "calendar.label", { year: "2026" }) });
  await expect(table.getByRole("row", { name: /15 Jun 2026/ })).toBeVisible();
});

test("an export of several months is one file with one line of names", async ({ page, plant }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "showSaveFilePicker", { value: undefined }); // no picker can be pressed here
  });
  await open(page, plant, "/storage");
  await page.getByLabel(said("storage", "export.what"), { exact: true }).selectOption("energy");
  await page.getByLabel(said("storage", "export.step")).selectOption("1d");
  await page.getByLabel(said("storage", "export.span"), { exact: true }).selectOption("everything");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: said("storage", "export.start"), exact: true }).click();
  const lines = readFileSync(await (await coming).path(), "utf8")
    .trimEnd()
    .split(/\r?\n/);
  expect(lines[0]).toBe("start,end,local_start,local_end,energy");
  expect(lines.filter((line) => line.startsWith("start"))).toHaveLength(1);
  expect(lines.length).toBeGreaterThan(30);
  const starts = lines.slice(1).map((line) => line.split(",")[0] ?? "");
  expect(starts).toEqual([...new Set(starts)].sort());
});

test("an export is stopped, and does not begin again", async ({ page, plant }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "showSaveFilePicker", { value: undefined });
  });
  await open(page, plant, "/storage");
  const asked: string[] = [];
  await page.route(/api\/v1\/readings/, (route) => {
    asked.push(route.request().url()); // never answered
  });
  await page.getByRole("button", { name: said("storage", "export.start"), exact: true }).click();
  await page.getByRole("button", { name: said("storage", "export.cancel"), exact: true }).click();
  await expect(page.getByText(said("storage", "export.stopped"))).toBeVisible();
  expect(asked).toHaveLength(1);
});

test("averages are made anew when somebody asks for it, and only then", async ({ page, own }) => {
  const plant = await own({ fresh: true });
  await open(page, plant, "/storage");
  const begin = page.getByRole("button", { name: said("storage", "state.rebuild"), exact: true });
  await begin.click();
  const question = page.getByRole("dialog");
  await question.getByRole("button", { name: said("shell", "actions.cancel") }).click();
  await expect(question).toHaveCount(0);
  await begin.click();
  await question.getByRole("button", { name: said("storage", "state.rebuild"), exact: true }).click();
  await expect(page.getByText(/^Made anew/)).toBeVisible();
});

/** What people do with the roof: see who stays behind and when, lay it out as it is, and look a panel up. */

import type { Page } from "@playwright/test";
import { expect, test } from "./plant.ts";
import { open } from "./screens.ts";
import { said } from "./words.ts";

/** A quarter hour in which the chimney shades its panel, of a day that is complete. */
const SHADED = "/roof?day=2026-06-20&by=power&quarter=63";
const CHIMNEY = /By the chimney/;
const BEHIND = said("roof", "sign.behind");

const panel = (page: Page, name: RegExp) => page.getByRole("main").getByRole("link", { name });
const slider = (page: Page) => page.getByRole("slider", { name: said("roof", "time.slider") });

test("a panel in the shade is seen, and only while it is shaded", async ({ page, plant }) => {
  await open(page, plant, SHADED);
  await expect(panel(page, CHIMNEY)).toHaveAccessibleName(new RegExp(BEHIND));
  await expect(page.getByRole("heading", { name: /1 clearly behind/ })).toBeVisible();
  await slider(page).fill("44");
  await expect(panel(page, CHIMNEY)).not.toHaveAccessibleName(new RegExp(BEHIND));
  await expect(page).toHaveURL(/quarter=44/);
});

test("days go back and forth, and their energy adds up", async ({ page, plant }) => {
  await open(page, plant, "/roof?day=2026-06-19");
  await page.getByRole("button", { name: said("roof", "time.next") }).click();
  await expect(page).toHaveURL(/day=2026-06-20/);
  await expect(slider(page)).toHaveAttribute("aria-valuetext", said("roof", "time.whole"));
  await expect(panel(page, CHIMNEY)).toContainText(/\d\s*k?Wh/);
  await page.goBack();
  await expect(page).toHaveURL(/day=2026-06-19/);
});

test("a panel that is moved by keys stays where it was put", async ({ page, own }) => {
  const plant = await own({});
  await open(page, plant, "/roof");
  await page.getByRole("button", { name: said("roof", "plan.arrange") }).click();
  const chimney = page.getByRole("button", { name: CHIMNEY });
  const before = await lies(page, CHIMNEY);
  await chimney.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  expect(await lies(page, CHIMNEY)).toEqual(before);
  for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowDown");
  const after = await lies(page, CHIMNEY);
  expect(after).not.toEqual(before);
  await page.getByRole("button", { name: said("shell", "actions.save") }).click();
  await page.getByRole("button", { name: said("roof", "plan.arrange") }).click();
  expect(await lies(page, CHIMNEY)).toEqual(after);
});

/** Column and row of a panel that is arranged. */
function lies(page: Page, name: RegExp): Promise<string> {
  const place = page.getByRole("listitem").filter({ has: page.getByRole("button", { name }) });
  return place.evaluate((element) => {
    const { gridColumnStart, gridRowStart } = getComputedStyle(element);
    return `${gridColumnStart} ${gridRowStart}`;
  });
}

test("arrow keys lead from panel to panel, Enter to its page and what is known of it", async ({
  page,
  plant,
}) => {
  await open(page, plant, SHADED);
  await panel(page, CHIMNEY).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(panel(page, CHIMNEY)).not.toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(panel(page, CHIMNEY)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: CHIMNEY })).toBeVisible();
  await expect(page.getByText(/less than its neighbours/).first()).toBeVisible();
  await expect(page.getByText("PV voltage")).toBeVisible();
  await page.getByRole("link", { name: said("roof", "port.history") }).click();
  await expect(page).toHaveURL(/\/history\?.*device=\d+.*port=2/);
});

test("a port is called as people call it", async ({ page, own }) => {
  const plant = await own({});
  await open(page, plant, "/roof/<inverter>/1");
  await page.getByRole("button", { name: said("roof", "port.rename") }).click();
  await page.getByLabel(said("roof", "port.name")).fill("Above the bay");
  await page.getByRole("button", { name: said("shell", "actions.save") }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Above the bay" })).toBeVisible();
  await page
    .getByRole("link", { name: said("roof", "port.back"), exact: true })
    .last()
    .click();
  await expect(panel(page, /Above the bay/)).toBeVisible();
});

test("an hour of the year is told by keys, and leads to its day", async ({ page, plant }) => {
  await open(page, plant, "/roof");
  const year = page.getByRole("group", { name: said("roof", "year.label", { year: "2026" }) });
  await year.focus();
  await page.keyboard.press("Home");
  for (const _ of [1, 2, 3, 4, 5]) await page.keyboard.press("PageDown");
  await expect(page.getByText(/^1 Jun 2026, 12:00 to 13:00: [\d.]+\sk?Wh/)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/day=2026-06-01/);
  await page
    .getByRole("button", { name: said("shell", "table.show") })
    .last()
    .click();
  await expect(page.getByRole("rowheader", { name: "June 2026" })).toBeVisible();
});

test("a port that there is none of says so", async ({ page, plant }) => {
  await open(page, plant, "/roof/nobody/7");
  await expect(page.getByRole("heading", { name: said("roof", "port.unknown") })).toBeVisible();
});

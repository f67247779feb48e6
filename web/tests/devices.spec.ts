/** What somebody does with their devices: look after them, name them, and add a DTU. */

import { expect, test } from "./plant.ts";
import { Network } from "./real.ts";
import { open, settled } from "./screens.ts";
import { said } from "./words.ts";

test("every inverter stands under its DTU, with its state and how long ago it was heard", async ({
  page,
  plant,
}) => {
  await open(page, plant, "/devices");
  await expect(page.getByRole("link", { name: "simulated" })).toBeVisible();
  const silent = page.getByRole("listitem").filter({ hasText: "Carport" }).first();
  await expect(silent).toContainText(said("shell", "state.offline"));
  await expect(silent).toContainText("2 days ago");
  const living = page.getByRole("listitem").filter({ hasText: "House west" }).first();
  await expect(living).toContainText(said("shell", "state.live"));
});

test("an inverter tells what it reports, what was put right, and how much is there", async ({
  page,
  plant,
}) => {
  await open(page, plant, "/devices");
  await page.getByRole("link", { name: "House west" }).click();
  await settled(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("House west");
  await expect(page.getByText(said("measurements", "labels.inverter_grid_frequency"))).toBeVisible();
  await expect(page.getByText(said("devices", "reasons.zero_glitch")).first()).toBeVisible();
  await page
    .getByRole("button", { name: said("shell", "table.show") })
    .last()
    .click();
  await expect(page.getByRole("columnheader", { name: said("devices", "device.expected") })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/devices$/);
});

test("a name and notes are kept", async ({ page, own }) => {
  const plant = await own({});
  await open(page, plant, "/devices");
  await page.getByRole("link", { name: "Shed" }).click();
  await page.getByRole("button", { name: said("shell", "actions.edit") }).click();
  await page.getByRole("textbox", { name: said("devices", "device.name"), exact: true }).fill("Bicycle shed");
  await page.getByRole("textbox", { name: said("devices", "device.notes") }).fill("Roof mended in May.");
  await page.getByRole("button", { name: said("shell", "actions.save") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bicycle shed");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Bicycle shed");
  await expect(page.getByText("Roof mended in May.")).toBeVisible();
});

test("a DTU is looked at, named and added, lives without a reload, and is removed", async ({ page }) => {
  const network = new Network();
  try {
    const [port, url] = await Promise.all([network.dtu(2), network.sunledger()]);
    await page.goto(`${url}/devices?add=true`);
    await page.getByLabel(said("devices", "survey.host"), { exact: true }).fill("127.0.0.1");
    await page.getByLabel(said("devices", "survey.port"), { exact: true }).fill(port);
    await page.getByRole("button", { name: said("devices", "survey.do") }).click();
    await page.getByRole("button", { name: said("devices", "survey.use") }).click();
    const name = page.getByLabel(said("devices", "add.name"), { exact: true });
    await name.fill("the roof");
    await page.getByRole("button", { name: said("shell", "actions.add"), exact: true }).click();
    await expect(page.getByRole("alert")).toContainText("64 letters");
    await name.fill("roof");
    await page.getByRole("button", { name: said("shell", "actions.add"), exact: true }).click();
    await expect(page.getByText(said("shell", "state.live")).nth(1)).toBeVisible({ timeout: 20_000 });
    await page.getByRole("link", { name: "DTU roof" }).click();
    await page.getByRole("button", { name: said("shell", "actions.remove") }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: said("shell", "actions.remove") })
      .click();
    await expect(page.getByText(said("devices", "noDtu"))).toBeVisible();
  } finally {
    await network.remove();
  }
});

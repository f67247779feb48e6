/** A home with a battery and a meter: where its power comes from and goes to, live. */

import { barriers } from "./barriers.ts";
import { expect, type Plant, test } from "./plant.ts";
import { open } from "./screens.ts";

/** What a hybrid inverter says, now at the plant. */
async function measures(plant: Plant, powers: Record<string, number>): Promise<void> {
  const { now } = (await (await fetch(`${plant.url}/api/v1/system`)).json()) as { now: string };
  const reading = { kind: "energy", data_source: "hybrid", location: "cellar", timestamp: now, ...powers };
  const answer = await fetch(`${plant.url}/api/v1/devices/goodwe/telemetry`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([reading]),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

test("a home's power is shown from where it comes to where it goes, and follows", async ({ page, own }) => {
  const plant = await own({ speed: 1 });
  await measures(plant, {
    pv_power: 3400,
    consumption: 1300,
    battery_power: -1200,
    grid_power: -900,
    battery_soc: 64,
  });
  await open(page, plant, "/");
  await expect(page.getByRole("term").filter({ hasText: "To the grid" })).toBeVisible();
  await expect(page.getByText("The home uses 1.30\u00a0kW")).toBeVisible();
  await expect(
    page.getByText(
      "1.30\u00a0kW from Sun to Home; 1.20\u00a0kW from Sun to Battery; 900\u00a0W from Sun to Grid",
    ),
  ).toBeAttached();
  await expect(page.getByText("64 %")).toBeVisible();
  expect(await barriers(page)).toEqual([]);

  await measures(plant, {
    pv_power: 200,
    consumption: 1800,
    battery_power: 1000,
    grid_power: 600,
    battery_soc: 60,
  });
  await expect(page.getByRole("term").filter({ hasText: "From the grid" })).toBeVisible();
  await expect(page.getByText("600\u00a0W from Grid to Home")).toBeAttached();
});

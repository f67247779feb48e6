import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EnergyEvent } from "../../live/events.ts";
import { flowsOf, hasHome, powersOf } from "./flows.ts";

const NOON = Date.UTC(2026, 5, 21, 12);

function meter(changes: Partial<EnergyEvent>): EnergyEvent {
  const silent = {
    pv_power: null,
    battery_power: null,
    battery_soc: null,
    grid_power: null,
    consumption: null,
  };
  return {
    id: "1",
    type: "energy",
    device_id: "m",
    timestamp: new Date(NOON).toISOString(),
    ...silent,
    ...changes,
  };
}

describe("powers of now", () => {
  test("without a meter there is only the sun", () => {
    const powers = powersOf(800, [], NOON);
    expect(powers).toEqual({ sun: 800, home: null, grid: null, battery: null, charge: null });
    expect(hasHome(powers)).toBe(false);
  });

  test("a meter that tells of the sun is believed, for its figures balance", () => {
    const powers = powersOf(800, [meter({ pv_power: 1000, consumption: 600, grid_power: -400 })], NOON);
    expect(powers).toMatchObject({ sun: 1000, home: 600, grid: -400 });
  });

  test("a meter that tells nothing of the sun leaves it to the inverters", () => {
    expect(powersOf(800, [meter({ consumption: 300 })], NOON)).toMatchObject({ sun: 800, home: 300 });
  });

  test("what a meter said an hour ago says nothing of now", () => {
    expect(powersOf(800, [meter({ consumption: 300 })], NOON + 3_600_000).home).toBeNull();
  });

  test("the charge of several batteries is their mean", () => {
    expect(powersOf(null, [meter({ battery_soc: 40 }), meter({ battery_soc: 80 })], NOON).charge).toBe(60);
  });
});

describe("flows", () => {
  test("the sun serves the home first, then the battery, and the grid gets the rest", () => {
    expect(flowsOf({ sun: 3000, home: 800, battery: -1200, grid: -1000, charge: 50 })).toEqual([
      { from: "sun", to: "home", power: 800 },
      { from: "sun", to: "battery", power: 1200 },
      { from: "sun", to: "grid", power: 1000 },
    ]);
  });

  test("at night the home lives on battery and grid", () => {
    expect(flowsOf({ sun: 0, home: 900, battery: 500, grid: 400, charge: 50 })).toEqual([
      { from: "battery", to: "home", power: 500 },
      { from: "grid", to: "home", power: 400 },
    ]);
  });

  test("nobody gives more than comes from there, and nobody gets more than is taken", () => {
    const watts = fc.integer({ min: -10_000, max: 10_000 });
    const positive = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(positive, positive, watts, watts, (sun, home, grid, battery) => {
        const flows = flowsOf({ sun, home, grid, battery, charge: null });
        const from = (place: string) =>
          flows.filter((each) => each.from === place).reduce((all, { power }) => all + power, 0);
        const to = (place: string) =>
          flows.filter((each) => each.to === place).reduce((all, { power }) => all + power, 0);
        expect(from("sun")).toBeLessThanOrEqual(sun);
        expect(from("grid")).toBeLessThanOrEqual(Math.max(0, grid));
        expect(from("battery")).toBeLessThanOrEqual(Math.max(0, battery));
        expect(to("home")).toBeLessThanOrEqual(home);
        expect(to("grid")).toBeLessThanOrEqual(Math.max(0, -grid));
        expect(to("battery")).toBeLessThanOrEqual(Math.max(0, -battery));
      }),
    );
  });
});

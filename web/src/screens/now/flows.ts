/** Where power comes from and where it goes at a moment, in W. */

import type { EnergyEvent } from "../../live/events.ts";
import { sum } from "../../live/plant.ts";

/** Positive battery power discharges, positive grid power is imported. Null is not measured. */
export interface Powers {
  sun: number | null;
  home: number | null;
  grid: number | null;
  battery: number | null;
  /** Percent; of several batteries the mean. */
  charge: number | null;
}

export type Place = "sun" | "home" | "grid" | "battery";

export interface Flow {
  from: Place;
  to: Place;
  power: number;
}

/** Milliseconds after which a meter's reading says nothing of now. */
const LATE = 10 * 60_000;

/**
 * What is measured now. A meter or hybrid that tells of the sun balances it with what it tells of home and grid,
 * so its sun is taken; where none does, the sun is what the inverters make.
 */
export function powersOf(inverters: number | null, meters: readonly EnergyEvent[], now: number): Powers {
  const heard = meters.filter(({ timestamp }) => now - Date.parse(timestamp) < LATE);
  const charges = heard.flatMap(({ battery_soc }) => (battery_soc === null ? [] : [battery_soc]));
  const measured = sum(heard.map(({ pv_power }) => pv_power));
  return {
    sun: measured ?? inverters,
    home: sum(heard.map(({ consumption }) => consumption)),
    grid: sum(heard.map(({ grid_power }) => grid_power)),
    battery: sum(heard.map(({ battery_power }) => battery_power)),
    charge: charges.length === 0 ? null : charges.reduce((total, each) => total + each, 0) / charges.length,
  };
}

/** Whether anything but the sun is measured. */
export function hasHome({ home, grid, battery }: Powers): boolean {
  return home !== null || grid !== null || battery !== null;
}

/** Who gives to whom first: the sun serves the home, then the battery, then the grid. */
const ORDER: readonly (readonly [Place, Place])[] = [
  ["sun", "home"],
  ["sun", "battery"],
  ["sun", "grid"],
  ["battery", "home"],
  ["battery", "grid"],
  ["grid", "home"],
  ["grid", "battery"],
];

/** Watts below which a flow is only noise. */
const NOISE = 5;

/** How the sources are shared out. What goes out is never more than what came in. */
export function flowsOf({ sun, home, grid, battery }: Powers): Flow[] {
  const given: Record<Place, number> = {
    sun: Math.max(0, sun ?? 0),
    grid: Math.max(0, grid ?? 0),
    battery: Math.max(0, battery ?? 0),
    home: 0,
  };
  const taken: Record<Place, number> = {
    home: Math.max(0, home ?? 0),
    grid: Math.max(0, -(grid ?? 0)),
    battery: Math.max(0, -(battery ?? 0)),
    sun: 0,
  };
  const flows: Flow[] = [];
  for (const [from, to] of ORDER) {
    const power = Math.min(given[from], taken[to]);
    if (power < NOISE) continue;
    given[from] -= power;
    taken[to] -= power;
    flows.push({ from, to, power });
  }
  return flows;
}

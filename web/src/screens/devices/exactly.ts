/** A measurement to its last digit: energy in kWh, as counters are compared. */

import { decimals, MISSING, number, withUnit } from "../../words/numbers.ts";

interface Measured {
  unit: string;
  resolution: number | null;
}

export function exactly(value: number | null | undefined, { unit, resolution }: Measured): string {
  if (value === null || value === undefined) return MISSING;
  if (unit === "Wh") return `${number(value / 1000, 3)}\u00a0kWh`;
  if (unit === "W" && resolution !== null) return `${number(value, decimals(resolution))}\u00a0W`;
  return withUnit(value, unit, resolution);
}

/** The quarter hours of a day, port by port: mean power or energy, from columns as the API sends them. */

import type { Columns } from "../../api/questions.ts";
import { keyOf } from "./layout.ts";

export const QUARTER = 15 * 60_000;

/** Milliseconds of UTC, up to but not including `end`. */
export interface Day {
  start: number;
  end: number;
}

/** How many quarter hours a day has: 96, or 92 and 100 where clocks change. */
export function quarters({ start, end }: Day): number {
  return Math.round((end - start) / QUARTER);
}

/** A value for each quarter hour of a day, by port; null where nothing is known. */
export type Quarters = ReadonlyMap<string, readonly (number | null)[]>;

/** Rows of `start`, `serial_number`, `port_number` and a value as a list of quarter hours by port. */
export function quartersOf(columns: Columns, field: string, day: Day): Quarters {
  const count = quarters(day);
  const found = new Map<string, (number | null)[]>();
  const starts = columns.start ?? [];
  starts.forEach((start, index) => {
    const key = portKey(columns, index);
    const at = Math.round((Date.parse(String(start)) - day.start) / QUARTER);
    if (at < 0 || at >= count) return;
    let row = found.get(key);
    if (row === undefined) {
      row = new Array<number | null>(count).fill(null);
      found.set(key, row);
    }
    row[at] = numberAt(columns, field, index);
  });
  return found;
}

/** Whose row it is. */
export function portKey(columns: Columns, index: number): string {
  return keyOf(String(columns.serial_number?.[index]), Number(columns.port_number?.[index]));
}

/** A number of a row; null is missing. */
export function numberAt(columns: Columns, field: string, index: number): number | null {
  const value = columns[field]?.[index];
  return typeof value === "number" ? value : null;
}

/** What was added up until the end of each quarter hour; null before anything was known. */
export function runningSums(values: readonly (number | null)[]): (number | null)[] {
  let total: number | null = null;
  return values.map((value) => {
    if (value !== null) total = (total ?? 0) + value;
    return total;
  });
}

/** The sum over all ports of each quarter hour; null where none says anything. */
export function plantQuarters(ports: Quarters, count: number): (number | null)[] {
  const sums = new Array<number | null>(count).fill(null);
  for (const values of ports.values()) {
    values.forEach((value, at) => {
      if (value !== null) sums[at] = (sums[at] ?? 0) + value;
    });
  }
  return sums;
}

/** The first and last quarter hour in which anything is produced; the whole day where nothing is. */
export function lightOf(plant: readonly (number | null)[]): readonly [number, number] {
  const lit = plant.flatMap((value, at) => ((value ?? 0) > 0 ? [at] : []));
  return [lit[0] ?? 0, lit.at(-1) ?? Math.max(0, plant.length - 1)];
}

/** Where a day is brightest; its middle where nothing is produced. */
export function brightest(plant: readonly (number | null)[]): number {
  let best = Math.floor(plant.length / 2);
  plant.forEach((value, at) => {
    if ((value ?? 0) > (plant[best] ?? 0)) best = at;
  });
  return best;
}

/** A curve as the points of an SVG path in a box of 1 by 1, closed along its floor. */
export function outline(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  if (most <= 0 || values.length < 2) return "";
  const across = (at: number) => (at / (values.length - 1)).toFixed(4);
  const points = values.map((value, at) => `L${across(at)},${(1 - (value ?? 0) / most).toFixed(4)}`);
  return `M0,1${points.join("")}L1,1Z`;
}

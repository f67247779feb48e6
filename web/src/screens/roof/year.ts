/** A year of a plant as days by hours of the clock. */

import type { Columns } from "../../api/questions.ts";
import { numberAt } from "./day.ts";

export const HOURS = 24;
const DAY = 86_400_000;

export interface YearOfHours {
  year: number;
  days: number;
  /** Wh of day × 24 + hour; NaN is missing. An hour that clocks show twice holds both. */
  values: Float64Array;
  /** What nearly all hours stay below: a counter that catches up after a gap is not the sun of an hour. */
  most: number;
}

/** Days of a year. */
export function daysOf(year: number): number {
  return Math.round((Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY);
}

/** Rows of `local_start` and `energy`, an hour each, as a year. Rows of other years are passed over. */
export function yearOf(columns: Columns, year: number): YearOfHours {
  const days = daysOf(year);
  const values = new Float64Array(days * HOURS).fill(Number.NaN);
  const first = Date.UTC(year, 0, 1);
  (columns.local_start ?? []).forEach((start, index) => {
    const energy = numberAt(columns, "energy", index);
    const local = String(start);
    const day = Math.round((Date.parse(`${local.slice(0, 10)}T00:00:00Z`) - first) / DAY);
    if (energy === null || !(day >= 0 && day < days)) return;
    const at = day * HOURS + Number(local.slice(11, 13));
    const before = values[at] ?? Number.NaN;
    values[at] = Number.isNaN(before) ? energy : before + energy;
  });
  return { year, days, values, most: most(values) };
}

/** Of the hours that give anything, so many are within the scale. */
const WITHIN = 0.995;

function most(values: Float64Array): number {
  const lit = values.filter((value) => value > 0).sort();
  return lit[Math.ceil(lit.length * WITHIN) - 1] ?? 0;
}

/** Wh of an hour; null is missing. */
export function hourAt({ values }: YearOfHours, day: number, hour: number): number | null {
  const value = values[day * HOURS + hour];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Wh of a day; null where no hour of it is known. */
export function dayAt(year: YearOfHours, day: number): number | null {
  let sum: number | null = null;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const value = hourAt(year, day, hour);
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** A day of the year as a calendar has it, such as 2026-06-14. Days count from 0. */
export function nameOfDay(year: number, day: number): string {
  return new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10);
}

/** The first day of each month, counted from 0, and the year's end. */
export function monthStarts(year: number): number[] {
  const first = Date.UTC(year, 0, 1);
  return Array.from({ length: 13 }, (_, month) => Math.round((Date.UTC(year, month, 1) - first) / DAY));
}

/** Wh by month and hour of the clock; null where nothing is known. */
export function monthHours(year: YearOfHours): (number | null)[][] {
  const starts = monthStarts(year.year);
  return starts.slice(0, 12).map((start, month) => {
    const sums = new Array<number | null>(HOURS).fill(null);
    for (let day = start; day < (starts[month + 1] ?? start); day += 1) {
      for (let hour = 0; hour < HOURS; hour += 1) {
        const value = hourAt(year, day, hour);
        if (value !== null) sums[hour] = (sums[hour] ?? 0) + value;
      }
    }
    return sums;
  });
}

export interface YearSummary {
  total: number;
  bestDay: number;
  bestDayEnergy: number;
  bestHour: number;
  /** Days of which at least an hour is known. */
  known: number;
}

/** What a year says in a sentence; null where nothing is known of it. */
export function summaryOf(year: YearOfHours): YearSummary | null {
  const summary = { total: 0, bestDay: 0, bestDayEnergy: -1, bestHour: 0, known: 0 };
  for (let day = 0; day < year.days; day += 1) {
    const energy = dayAt(year, day);
    if (energy === null) continue;
    summary.known += 1;
    summary.total += energy;
    if (energy > summary.bestDayEnergy) Object.assign(summary, { bestDay: day, bestDayEnergy: energy });
  }
  const hours = monthHours(year);
  const byHour = Array.from({ length: HOURS }, (_, hour) =>
    hours.reduce((sum, month) => sum + (month[hour] ?? 0), 0),
  );
  summary.bestHour = byHour.indexOf(Math.max(...byHour));
  return summary.known === 0 ? null : summary;
}

export type Rgb = readonly [number, number, number];

/** Red, green, blue and opacity of each day (across) and hour (down); what is missing is transparent. */
export function pixelsOf({ values, days, most }: YearOfHours, scale: readonly Rgb[]): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(days * HOURS * 4);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const color = mixed(most > 0 ? value / most : 0, scale);
    const place = ((at % HOURS) * days + Math.floor(at / HOURS)) * 4;
    pixels.set(color, place);
    pixels[place + 3] = 255;
  }
  return pixels;
}

/** The colour at a share of a scale, between its steps. */
function mixed(share: number, scale: readonly Rgb[]): Rgb {
  const place = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const low = scale[Math.floor(place)] ?? [0, 0, 0];
  const high = scale[Math.ceil(place)] ?? low;
  const part = place - Math.floor(place);
  return [0, 1, 2].map((each) => (low[each] ?? 0) + ((high[each] ?? 0) - (low[each] ?? 0)) * part) as [
    number,
    number,
    number,
  ];
}

/** Measurements of a device by quarters of an hour, as a chart draws them. */

import { type Measured, withGaps } from "../../charts/lines.ts";

/** A period of `/api/v1/history`. */
export interface Period {
  start: string;
  measurement: string;
  mean: number | null;
}

/** Seconds. */
export const QUARTER = 900;

/** The means of a measurement; where a quarter (or `every` seconds, if longer) is absent there is a gap. */
export function seriesOf(periods: readonly Period[], measurement: string, every = QUARTER): Measured {
  const own = periods
    .filter((period) => period.measurement === measurement)
    .map(({ start, mean }) => [Date.parse(start) / 1000, mean] as const)
    .sort(([one], [other]) => one - other);
  const series = { times: own.map(([time]) => time), values: own.map(([, mean]) => mean) };
  return withGaps(series, 1.5 * Math.max(QUARTER, every));
}

/** Lowest, highest and last of what is known. */
export function extremes(values: readonly (number | null)[]): {
  lowest: number | null;
  highest: number | null;
  last: number | null;
} {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { lowest: null, highest: null, last: null };
  return { lowest: Math.min(...known), highest: Math.max(...known), last: known.at(-1) ?? null };
}

/** A status of 0 and 1, averaged, as the percentage of readings in which it was on. */
export function sharesOn(values: readonly (number | null)[]): (number | null)[] {
  return values.map((value) => (value === null ? null : 100 * Math.min(1, Math.max(0, value))));
}

/** A port beside the others of its field, over any times. */

import type { Columns } from "../../api/questions.ts";
import { numberAt, portKey } from "./day.ts";
import { median, shareOf } from "./standing.ts";

/** Values of ports over the same times. */
export interface Table {
  /** Seconds of UTC, ascending. */
  times: number[];
  /** One for each time, by port; null is missing. */
  ports: ReadonlyMap<string, readonly (number | null)[]>;
}

/** Rows of `start`, `serial_number`, `port_number` and a value as a table. */
export function tableOf(columns: Columns, field: string): Table {
  const starts = (columns.start ?? []).map((start) => Date.parse(String(start)) / 1000);
  const times = [...new Set(starts)].sort((a, b) => a - b);
  const places = new Map(times.map((time, place) => [time, place]));
  const ports = new Map<string, (number | null)[]>();
  starts.forEach((start, index) => {
    const key = portKey(columns, index);
    const row = ports.get(key) ?? new Array<number | null>(times.length).fill(null);
    row[places.get(start) ?? 0] = numberAt(columns, field, index);
    ports.set(key, row);
  });
  return { times, ports };
}

/** Of a port: nulls where it says nothing. */
export function valuesOf({ times, ports }: Table, key: string): readonly (number | null)[] {
  return ports.get(key) ?? times.map(() => null);
}

/** The median of some ports at each time; null where none of them says anything. */
export function medians({ times, ports }: Table, keys: readonly string[]): (number | null)[] {
  return times.map((_, at) => median(keys.map((key) => ports.get(key)?.[at])));
}

/** What one gave as a share of the other, over the times at which both are known; null where there is none. */
export function sharedOver(
  own: readonly (number | null)[],
  others: readonly (number | null)[],
): number | null {
  let [mine, theirs, both] = [0, 0, 0];
  own.forEach((value, at) => {
    const other = others[at] ?? null;
    if (value === null || other === null) return;
    mine += value;
    theirs += other;
    both += 1;
  });
  return both === 0 ? null : shareOf(mine, theirs);
}

/** The other ports of a port's field. */
export function neighboursOf(key: string, fields: ReadonlyMap<string, number>): string[] {
  const own = fields.get(key);
  return [...fields].flatMap(([other, field]) => (other !== key && field === own ? [other] : []));
}

/** From columns as the API answers them to numbers over time. */

import type { Columns } from "../../api/questions.ts";

/** Values at times, or of the periods that begin then. */
export interface Piece {
  /** Milliseconds of UTC, ascending. */
  times: number[];
  values: (number | null)[];
  /** Least and most within each period, where it has several readings. */
  low?: (number | null)[];
  high?: (number | null)[];
  /** Readings that a mean is made of. */
  counts?: number[];
}

/** A column beside its times: `start` of each period or the time of each reading. */
export function stepped(columns: Columns, name: string): Piece {
  const values = columns[name] ?? [];
  return { times: (columns.start ?? []).map(moment), values: values.map(numeric) };
}

/**
 * Means of periods over all series: each counts by its readings, the least and the most are those of any. Rows of
 * a period follow on each other.
 */
export function measured({ start = [], mean = [], min = [], max = [], count = [] }: Columns): Piece {
  const piece = { times: [], values: [], low: [], high: [], counts: [] } as Required<Piece>;
  start.forEach((text, row) => {
    const time = moment(text);
    const one = [mean[row], min[row], max[row], count[row]].map((each) => numeric(each ?? null));
    if (piece.times.at(-1) === time) join(piece, one);
    else append(piece, time, one);
  });
  return piece;
}

function append(piece: Required<Piece>, time: number, [mean, low, high, count]: (number | null)[]): void {
  piece.times.push(time);
  piece.values.push(mean ?? null);
  piece.low.push(low ?? null);
  piece.high.push(high ?? null);
  piece.counts.push(mean == null ? 0 : (count ?? 0));
}

function join(piece: Required<Piece>, [mean, low, high, count]: (number | null)[]): void {
  const last = piece.times.length - 1;
  if (mean == null || count == null) return;
  const before = piece.counts[last] ?? 0;
  piece.values[last] = ((piece.values[last] ?? 0) * before + mean * count) / (before + count);
  piece.low[last] = least([piece.low[last], low]);
  piece.high[last] = most([piece.high[last], high]);
  piece.counts[last] = before + count;
}

export function least(values: readonly (number | null | undefined)[]): number | null {
  return values.reduce<number | null>(
    (best, each) => (each != null && (best === null || each < best) ? each : best),
    null,
  );
}

export function most(values: readonly (number | null | undefined)[]): number | null {
  return values.reduce<number | null>(
    (best, each) => (each != null && (best === null || each > best) ? each : best),
    null,
  );
}

/** Polls after which a port that was silent says nothing of now any more, and milliseconds at the least. */
const HOLD_POLLS = 5;
const HOLD_AT_LEAST = 5 * 60_000;

/** How long a reading holds: after it, nothing is known. A port without sun may be asked less often. */
export function holdOf(poll: number, value: number | null): number {
  return value === 0 ? 31 * 60_000 : Math.max(HOLD_AT_LEAST, HOLD_POLLS * poll);
}

/**
 * The power of all ports together, once a poll. Ports are not read at the same moment: each counts with its latest
 * reading for as long as that holds.
 */
export function sumOfPorts(columns: Columns, poll: number): Piece {
  const { timestamp = [], serial_number = [], port_number = [], pv_power = [] } = columns;
  const latest = new Map<string, { time: number; value: number | null }>();
  const piece: Piece = { times: [], values: [] };
  let last = { text: "", time: 0 };
  let began: number | null = null;
  const emit = () => {
    piece.times.push(last.time);
    piece.values.push(sumOf(latest.values(), last.time, poll));
  };
  timestamp.forEach((text, row) => {
    const time = text === last.text ? last.time : moment(text);
    if (began !== null && time - began >= poll) emit();
    if (began === null || time - began >= poll) began = time;
    last = { text: String(text), time };
    latest.set(`${serial_number[row]} ${port_number[row]}`, { time, value: numeric(pv_power[row] ?? null) });
  });
  if (began !== null) emit();
  return piece;
}

function sumOf(
  readings: Iterable<{ time: number; value: number | null }>,
  now: number,
  poll: number,
): number | null {
  let total: number | null = null;
  for (const { time, value } of readings) {
    if (value !== null && now - time <= holdOf(poll, value)) total = (total ?? 0) + value;
  }
  return total === null ? null : Math.round(total * 10) / 10;
}

function moment(text: number | string | null): number {
  return Date.parse(String(text));
}

function numeric(value: number | string | null): number | null {
  return typeof value === "number" ? value : null;
}

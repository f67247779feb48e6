/** Today against what recent days had brought by the same time of day. */

import { localOf, startOf } from "../../sitetime/zone.ts";

/** Energy of a quarter of an hour. */
export interface Quarter {
  /** Milliseconds of UTC at which it begins. */
  start: number;
  /** Wh. */
  energy: number;
}

const QUARTER = 15 * 60_000;

/** Quarter hours since midnight as clocks show it, so that days of 23 and 25 hours compare as people do. */
function placeOf(moment: number, zone: string): number {
  const { hour, minute } = localOf(moment, zone);
  return hour * 4 + Math.floor(minute / 15);
}

/** The energy of each recent day until this time of day, oldest first. A day without any reading is left out. */
export function byNow(quarters: readonly Quarter[], now: number, zone: string): number[] {
  const today = startOf("day", now, zone);
  const place = placeOf(now, zone);
  const begun = (now % QUARTER) / QUARTER;
  const days = new Map<number, number>();
  for (const { start, energy } of quarters) {
    if (start >= today) continue;
    const own = placeOf(start, zone);
    const share = own < place ? 1 : own === place ? begun : 0;
    const day = startOf("day", start, zone);
    days.set(day, (days.get(day) ?? 0) + energy * share);
  }
  return [...days].sort(([one], [other]) => one - other).map(([, energy]) => energy);
}

/** The value in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Quarters whose power can be told: the first after a gap holds what came meanwhile, too. */
function withoutCatchingUp(quarters: readonly Quarter[]): Quarter[] {
  return quarters.filter(
    ({ start }, index) => index === 0 || start - (quarters[index - 1]?.start ?? 0) <= QUARTER,
  );
}

/** Quarter hours around each one whose power counts as usual at its time: clouds keep no hours. */
const AROUND = [-2, -1, 0, 1, 2];

/** The median power in W of recent days around each quarter hour of today; null where no day says. */
export function usualCurve(quarters: readonly Quarter[], now: number, zone: string) {
  const today = startOf("day", now, zone);
  const tomorrow = startOf("day", now, zone, 1);
  const found = new Map<number, number[]>();
  for (const { start, energy } of withoutCatchingUp(quarters)) {
    if (start >= today) continue;
    const place = placeOf(start, zone);
    const powers = found.get(place);
    if (powers === undefined) found.set(place, [energy * 4]);
    else powers.push(energy * 4);
  }
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (let start = today; start < tomorrow; start += QUARTER) {
    times.push((start + QUARTER / 2) / 1000);
    const place = placeOf(start, zone);
    values.push(median(AROUND.flatMap((step) => found.get(place + step) ?? [])));
  }
  return { times, values };
}

/** The mean power in W of each quarter of today that is over. */
export function todayCurve(quarters: readonly Quarter[], now: number, zone: string) {
  const today = startOf("day", now, zone);
  const over = withoutCatchingUp(quarters).filter(({ start }) => start >= today && start + QUARTER <= now);
  return {
    times: over.map(({ start }) => (start + QUARTER / 2) / 1000),
    values: over.map(({ energy }) => energy * 4),
  };
}

interface Power {
  /** Seconds of UTC. */
  at: number;
  /** W; null is not known. */
  power: number | null;
}

/** The power of all together at each time: the ports of one poll have the same. What is missing is not zero. */
export function summed(powers: readonly Power[]) {
  const totals = new Map<number, number | null>();
  for (const { at, power } of powers) {
    const before = totals.get(at);
    totals.set(at, power === null ? (before ?? null) : (before ?? 0) + power);
  }
  const sorted = [...totals].sort(([one], [other]) => one - other);
  return { times: sorted.map(([at]) => at), values: sorted.map(([, power]) => power) };
}

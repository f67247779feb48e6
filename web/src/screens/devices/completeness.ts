/** How much of what was to be read of a device is there, day by day. */

import { startOf } from "../../sitetime/zone.ts";

/** A day of `/api/v1/quality`. */
export interface Counted {
  start: string;
  readings: number;
  expected: number | null;
  completeness: number | null;
  zero_glitch: number;
  implausible: number;
  frozen: number;
  counter_fall: number;
  counter_jump: number;
  counter_wrap: number;
  suspect_time: number;
  replaced_value: number;
}

export interface Day {
  /** When it began, in milliseconds of UTC. */
  start: number;
  readings: number;
  expected: number | null;
  /** Between 0 and 1; null before the device was seen. */
  share: number | null;
  /** How many judgements there are. */
  judged: number;
}

/** The `count` days up to now, whether something was read on them or not. */
export function daysOf(
  items: readonly Counted[],
  count: number,
  now: number,
  zone: string,
  firstSeen: number,
): Day[] {
  const found = new Map(items.map((item) => [Date.parse(item.start), item]));
  return Array.from({ length: count }, (_, place) => {
    const start = startOf("day", now, zone, place - count + 1);
    const end = startOf("day", now, zone, place - count + 2);
    const item = found.get(start);
    if (item === undefined)
      return { start, readings: 0, expected: null, share: end <= firstSeen ? null : 0, judged: 0 };
    const { readings, expected, completeness } = item;
    return { start, readings, expected, share: completeness, judged: judgements(item) };
  });
}

function judgements(item: Counted): number {
  const {
    zero_glitch,
    implausible,
    frozen,
    counter_fall,
    counter_jump,
    counter_wrap,
    suspect_time,
    replaced_value,
  } = item;
  return (
    zero_glitch +
    implausible +
    frozen +
    counter_fall +
    counter_jump +
    counter_wrap +
    suspect_time +
    replaced_value
  );
}

/** Days with less than this share are worth a word. */
const ENOUGH = 0.9;

/** The mean share of the days that count, and how many of them fall short. */
export function summed(days: readonly Day[]): { share: number | null; short: number } {
  const shares = days.map(({ share }) => share).filter((share) => share !== null);
  if (shares.length === 0) return { share: null, short: 0 };
  const share = shares.reduce((sum, each) => sum + each, 0) / shares.length;
  return { share, short: shares.filter((each) => each < ENOUGH).length };
}

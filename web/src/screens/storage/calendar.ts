/** A year of days, and how complete each of them is. */

import type { Schemas } from "../../api/questions.ts";
import { dayName, localOf, momentOf } from "../../sitetime/zone.ts";

export type Quality = Schemas["Quality"];

/**
 * How complete a day is: `whole` from 99 % on, `nearly` from 95 %, `half` from 50 %, `little`, `none` of what was
 * expected; `some` where nobody knows how much to expect; `outside` before the plant's first day and in the future.
 */
export type Level = "whole" | "nearly" | "half" | "little" | "none" | "some" | "outside";

/** From the best to the worst, as a legend lists them. */
export const LEVELS = ["whole", "nearly", "half", "little", "none"] as const satisfies readonly Level[];

/** What was found out about the readings of a day. */
export interface Findings {
  /** Counters that were mended. */
  repaired: number;
  /** Values that do not count. */
  setAside: number;
  /** Readings that something is odd about, and that count. */
  noticed: number;
}

export interface Day extends Findings {
  /** As addresses write it, such as 2026-03-29. */
  name: string;
  /** Milliseconds of UTC at which it begins. */
  moment: number;
  /** Its number in its month. */
  number: number;
  level: Level;
  readings: number;
  expected: number | null;
  completeness: number | null;
}

export interface Month {
  /** From 1. */
  month: number;
  /** Milliseconds of UTC at which it begins. */
  moment: number;
  /** Days of its first week that belong to the month before; weeks begin on Monday. */
  skipped: number;
  days: Day[];
}

/** The months of a year with what is known of their days. */
export function monthsOf(year: number, zone: string, rows: readonly Quality[]): Month[] {
  const known = new Map(rows.map((row) => [row.local_start.slice(0, 10), row]));
  return Array.from({ length: 12 }, (_, index) => {
    const month = index + 1;
    const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return {
      month,
      moment: momentOf(zone, year, month, 1),
      skipped: (new Date(Date.UTC(year, index, 1)).getUTCDay() + 6) % 7,
      days: Array.from({ length: count }, (_, day) => dayOf(year, month, day + 1, zone, known)),
    };
  });
}

function dayOf(
  year: number,
  month: number,
  number: number,
  zone: string,
  known: ReadonlyMap<string, Quality>,
): Day {
  const name = `${year}-${String(month).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
  const row = known.get(name);
  return {
    name,
    moment: momentOf(zone, year, month, number),
    number,
    level: levelOf(row),
    readings: row?.readings ?? 0,
    expected: row?.expected ?? null,
    completeness: row?.completeness ?? null,
    ...findingsOf(row),
  };
}

/** How complete a day is; a day without a row is outside of what was recorded. */
export function levelOf(row: Quality | undefined): Level {
  if (row === undefined) return "outside";
  if (row.completeness === null) return row.readings > 0 ? "some" : "outside";
  if (row.completeness >= 0.99) return "whole";
  if (row.completeness >= 0.95) return "nearly";
  if (row.completeness >= 0.5) return "half";
  return row.readings > 0 ? "little" : "none";
}

export function findingsOf(row: Quality | undefined): Findings {
  if (row === undefined) return { repaired: 0, setAside: 0, noticed: 0 };
  return {
    repaired: row.counter_fall + row.counter_jump + row.counter_wrap,
    setAside: row.zero_glitch + row.implausible,
    noticed: row.frozen + row.suspect_time + row.replaced_value,
  };
}

/** A year in a few numbers. */
export interface Summary {
  /** Days of which anything was expected or read. */
  days: number;
  /** Days of which nothing to speak of is missing. */
  whole: number;
  /** Days of which nothing arrived. */
  empty: number;
  /** The least complete day of which anything arrived; null where no day lacks anything. */
  worst: Day | null;
  repaired: number;
}

export function summaryOf(months: readonly Month[]): Summary {
  const days = months.flatMap((month) => month.days).filter(({ level }) => level !== "outside");
  const lacking = days.filter(({ level }) => level === "nearly" || level === "half" || level === "little");
  return {
    days: days.length,
    whole: days.filter(({ level }) => level === "whole").length,
    empty: days.filter(({ level }) => level === "none").length,
    worst: lacking.sort((a, b) => (a.completeness ?? 1) - (b.completeness ?? 1))[0] ?? null,
    repaired: days.reduce((sum, { repaired }) => sum + repaired, 0),
  };
}

/** The day that a key leads to from another one; null for other keys. Weeks are seven days, months a page. */
export function dayAfterKey(key: string, from: string, days: readonly Day[]): string | null {
  const place = days.findIndex(({ name }) => name === from);
  const move = MOVES[key];
  if (move === undefined || place < 0) return null;
  const target = move(place, days);
  return days[Math.max(0, Math.min(days.length - 1, target))]?.name ?? null;
}

const MOVES: Record<string, (place: number, days: readonly Day[]) => number> = {
  ArrowLeft: (place) => place - 1,
  ArrowRight: (place) => place + 1,
  ArrowUp: (place) => place - 7,
  ArrowDown: (place) => place + 7,
  PageUp: (place) => place - 30,
  PageDown: (place) => place + 30,
  Home: () => 0,
  End: (_, days) => days.length - 1,
};

/** Where the keyboard begins: the latest day of which something is known, else the first. */
export function firstFocus(days: readonly Day[], now: number, zone: string): string {
  const today = dayName(now, zone);
  if (days.some(({ name, level }) => name === today && level !== "outside")) return today;
  return (days.findLast(({ level }) => level !== "outside") ?? days[0])?.name ?? today;
}

/** The years that there may be something of, the latest first. */
export function yearsOf(oldest: string | null, now: number, zone: string, asked: number): number[] {
  const last = localOf(now, zone).year;
  const first = oldest === null ? last : localOf(Date.parse(oldest), zone).year;
  const years = Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => last - index);
  return years.includes(asked) ? years : [asked, ...years].sort((a, b) => b - a);
}

/**
 * Setting another period beside the one shown: by the place in the calendar, not by hours. The 14th lies on the
 * 14th and noon on noon, also where one day has 23 hours or one month 28 days; what has no counterpart is null.
 */

import type { Span } from "../../charts/lines.ts";
import { dayCalled, localOf, momentOf, offsetAt, startOf } from "../../sitetime/zone.ts";
import type { Period } from "./period.ts";

const DAY = 86_400_000;

/** How far the shown period lies after the one it is compared with. */
export interface Shift {
  months: number;
  days: number;
}

/** By how much a period is compared as an address says; null where it is not, or with itself. */
export function shiftOf(period: Period, compare: string | undefined, zone: string): Shift | null {
  if (compare === undefined || period.kind === "all") return null;
  if (compare === "before") return before(period);
  if (compare === "year") return period.kind === "week" ? { months: 0, days: 364 } : { months: 12, days: 0 };
  const other = dayCalled(compare, zone);
  const shift = other === null ? null : between(period, other, zone);
  return shift === null || (shift.months === 0 && shift.days === 0) ? null : shift;
}

function before({ kind, start, end }: Period): Shift {
  if (kind === "month") return { months: 1, days: 0 };
  if (kind === "year") return { months: 12, days: 0 };
  return { months: 0, days: Math.max(1, Math.round((end - start) / DAY)) };
}

function between({ kind, start }: Period, other: number, zone: string): Shift {
  const from = localOf(kind === "span" || kind === "all" ? other : startOf(kind, other, zone), zone);
  const to = localOf(start, zone);
  const months = 12 * (to.year - from.year) + to.month - from.month;
  if (kind === "month" || kind === "year") return { months, days: 0 };
  const days = Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day);
  return { months: 0, days: Math.round(days / DAY) };
}

/** The time that is compared with a span; the 31st of a month without one ends with that month. */
export function compared({ start, end }: Span, shift: Shift, zone: string): Span {
  return { start: back(start, shift, zone), end: back(end, shift, zone) };
}

/** The counterpart of a shown moment in the time it is compared with. */
export function back(moment: number, { months, days }: Shift, zone: string): number {
  const { year, month, day, hour, minute, second } = localOf(moment, zone);
  if (day > lengthOf(year, month - months)) return momentOf(zone, year, month - months + 1, 1);
  const there = momentOf(zone, year, month - months, day - days, hour, minute);
  return there + second * 1000 + (moment % 1000);
}

/** Compared moments where they are drawn; null for those without a counterpart. Days are moved as a whole. */
export function brought(moments: readonly number[], shift: Shift, zone: string): (number | null)[] {
  let day: Moved | null = null;
  return moments.map((moment) => {
    if (day === null || moment < day.start || moment >= day.end) day = movedDay(moment, shift, zone);
    if (day.to === null) return null;
    if (day.even) return day.to + (moment - day.start);
    return onUneven(moment, day, zone);
  });
}

interface Moved extends Span {
  /** Where the day begins once it is moved. */
  to: number | null;
  /** Whether both days have 24 hours. */
  even: boolean;
}

function movedDay(moment: number, { months, days }: Shift, zone: string): Moved {
  const { year, month, day } = localOf(moment, zone);
  const start = momentOf(zone, year, month, day);
  const end = momentOf(zone, year, month, day + 1);
  if (day > lengthOf(year, month + months)) return { start, end, to: null, even: true };
  const to = momentOf(zone, year, month + months, day + days);
  const toEnd = momentOf(zone, year, month + months, day + days + 1);
  return { start, end, to, even: end - start === DAY && toEnd - to === DAY };
}

/** By what the clock on the wall shows. */
function onUneven(moment: number, day: Moved, zone: string): number {
  const wall = moment + offsetAt(moment, zone) - (day.start + offsetAt(day.start, zone));
  const to = day.to ?? 0;
  const { year, month, day: date } = localOf(to, zone);
  const minutes = Math.floor(wall / 60_000);
  return momentOf(zone, year, month, date, 0, minutes) + (wall - minutes * 60_000);
}

/** Days of a month; months may overflow. */
function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

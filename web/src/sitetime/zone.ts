/** Days, months and years of a zone, in milliseconds of UTC. A day may have 23 or 25 hours, an offset half ones. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** What a calendar and a clock on the wall show. Months count from 1. */
export interface Local {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** A moment as it is shown in a zone. */
export function localOf(moment: number, zone: string): Local {
  const wall = new Date(moment + offsetAt(moment, zone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
  };
}

/** Until when a zone keeps an offset. */
interface Stretch {
  until: number;
  offset: number;
}

/** Asking the browser for one offset takes as long as adding up a hundred days: the answers are kept. */
const kept = new Map<string, Map<number, Stretch[]>>();
const PIECE = 28 * 86_400_000;
/** No zone changes its offset twice within this time. */
const LOOK_EVERY = 4 * 86_400_000;

/** Milliseconds that a zone is ahead of UTC. */
export function offsetAt(moment: number, zone: string): number {
  for (const { until, offset } of stretchesAt(Math.floor(moment / PIECE), zone)) {
    if (moment < until) return offset;
  }
  return askedOffset(moment, zone);
}

function stretchesAt(piece: number, zone: string): Stretch[] {
  const pieces = kept.get(zone) ?? new Map<number, Stretch[]>();
  const found = pieces.get(piece);
  if (found !== undefined) return found;
  const stretches = stretchesOf(piece * PIECE, zone);
  kept.set(zone, pieces.set(piece, stretches));
  return stretches;
}

function stretchesOf(start: number, zone: string): Stretch[] {
  const stretches: Stretch[] = [];
  let offset = askedOffset(start, zone);
  for (let at = start; at < start + PIECE; at += LOOK_EVERY) {
    const next = askedOffset(at + LOOK_EVERY, zone);
    if (next !== offset) stretches.push({ until: changeWithin(at, at + LOOK_EVERY, zone), offset });
    offset = next;
  }
  return [...stretches, { until: start + PIECE, offset }];
}

/** The first moment with the offset of the end. */
function changeWithin(from: number, to: number, zone: string): number {
  const before = askedOffset(from, zone);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (askedOffset(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

function askedOffset(moment: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(moment)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}

/**
 * The first moment at which a zone's clocks show this or later. Months and days may overflow: month 13 is the
 * next January, day 0 the last of the month before.
 */
export function momentOf(
  zone: string,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
): number {
  const wall = Date.UTC(year, month - 1, day, hour, minute);
  const before = offsetAt(wall - 36 * 3600_000, zone);
  const later = offsetAt(wall + 36 * 3600_000, zone);
  const candidates = [wall - before, wall - later].sort((a, b) => a - b);
  for (const moment of candidates) if (moment + offsetAt(moment, zone) === wall) return moment;
  return leapOver(candidates[0] ?? wall, candidates[1] ?? wall, wall, zone);
}

/** Clocks skipped this time: the moment at which they went on. */
function leapOver(from: number, to: number, wall: number, zone: string): number {
  let [low, high] = [from - 1000, to + 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsetAt(middle, zone) >= wall) high = middle;
    else low = middle;
  }
  return high;
}

export type Unit = "day" | "week" | "month" | "year";

/** When the day, week (from Monday), month or year around a moment began; `shift` counts on from there. */
export function startOf(unit: Unit, moment: number, zone: string, shift = 0): number {
  const { year, month, day } = localOf(moment, zone);
  if (unit === "year") return momentOf(zone, year + shift, 1, 1);
  if (unit === "month") return momentOf(zone, year, month + shift, 1);
  if (unit === "day") return momentOf(zone, year, month, day + shift);
  const monday = day - ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7);
  return momentOf(zone, year, month, monday + 7 * shift);
}

/** A day of the calendar as an address and an input field write it, such as 2026-03-29. */
export function dayName(moment: number, zone: string): string {
  const { year, month, day } = localOf(moment, zone);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** When a day so written begins; null where it is none. */
export function dayCalled(name: string, zone: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(name);
  if (found === null) return null;
  const moment = momentOf(zone, Number(found[1]), Number(found[2]), Number(found[3]));
  return dayName(moment, zone) === name ? moment : null;
}

/** A moment as the API reads it. */
export function iso(moment: number): string {
  return new Date(moment).toISOString();
}

/** An hour of a year that somebody looks at. */

import { HOURS, monthStarts } from "./year.ts";

/** Days and hours count from 0. */
export interface Cursor {
  day: number;
  hour: number;
}

/** The hour at a place of the map, of which each side goes from 0 to 1. */
export function cursorAt(across: number, down: number, days: number): Cursor {
  return { day: within(Math.floor(across * days), days), hour: within(Math.floor(down * HOURS), HOURS) };
}

/** Where a key leads; null where it leads nowhere. It begins at noon on the first day. */
export function movedCursor(from: Cursor | null, key: string, year: number, days: number): Cursor | null {
  const { day, hour } = from ?? { day: 0, hour: 12 };
  const to = TARGETS[key]?.(day, hour, year, days);
  if (to === undefined) return null;
  return from === null ? { day, hour } : { day: within(to[0], days), hour: within(to[1], HOURS) };
}

type Target = (day: number, hour: number, year: number, days: number) => readonly [number, number];

const TARGETS: Readonly<Record<string, Target>> = {
  ArrowLeft: (day, hour) => [day - 1, hour],
  ArrowRight: (day, hour) => [day + 1, hour],
  ArrowUp: (day, hour) => [day, hour - 1],
  ArrowDown: (day, hour) => [day, hour + 1],
  PageUp: (day, hour, year) => [monthStarts(year).findLast((start) => start < day) ?? 0, hour],
  PageDown: (day, hour, year, days) => [monthStarts(year).find((start) => start > day) ?? days, hour],
  Home: (_, hour) => [0, hour],
  End: (_, hour, __, days) => [days, hour],
};

function within(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}

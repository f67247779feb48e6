/** The times that somebody may want to have, from today's point of view. */

import { dayCalled, startOf } from "../../sitetime/zone.ts";

export const SPANS = ["today", "month", "lastMonth", "year", "everything", "own"] as const;
export type SpanName = (typeof SPANS)[number];

/** Milliseconds of UTC, up to but not including `end`. */
export interface Span {
  start: number;
  end: number;
}

interface Choice {
  name: SpanName;
  /** For `own`: the first and the last day, as an input field writes them. */
  from: string;
  to: string;
  /** When the first reading was taken; null where nobody knows. */
  oldest: number | null;
}

/** Whole days. Null where the days of `own` are none, or the wrong way round. */
export function spanOf({ name, from, to, oldest }: Choice, now: number, zone: string): Span | null {
  const tomorrow = startOf("day", now, zone, 1);
  if (name === "today") return { start: startOf("day", now, zone), end: tomorrow };
  if (name === "month") return { start: startOf("month", now, zone), end: tomorrow };
  if (name === "year") return { start: startOf("year", now, zone), end: tomorrow };
  if (name === "lastMonth")
    return { start: startOf("month", now, zone, -1), end: startOf("month", now, zone) };
  if (name === "everything") return { start: startOf("day", oldest ?? now, zone), end: tomorrow };
  const [first, last] = [dayCalled(from, zone), dayCalled(to, zone)];
  if (first === null || last === null || first > last) return null;
  return { start: first, end: startOf("day", last, zone, 1) };
}

/** The numbers above a chart. Null is not known; nothing is guessed. */

import type { Span } from "../../charts/lines.ts";
import type { Frame } from "./frame.ts";

/** A value and when it was. */
export interface Moment {
  value: number;
  start: number;
  end: number;
}

/** The largest value within a span; the first of equals. */
export function highest(frame: Frame, span: Span): Moment | null {
  return extreme(frame, frame.high, span, (one, other) => one > other);
}

export function lowest(frame: Frame, span: Span): Moment | null {
  return extreme(frame, frame.low, span, (one, other) => one < other);
}

function extreme(
  { times, ends, values }: Frame,
  edge: Frame["high"],
  span: Span,
  better: (one: number, other: number) => boolean,
): Moment | null {
  let best: Moment | null = null;
  times.forEach((start, place) => {
    const value = edge?.[place] ?? values[place];
    const end = ends?.[place] ?? start;
    if (value == null || start < span.start || start >= span.end) return;
    if (best === null || better(value, best.value)) best = { value, start, end };
  });
  return best;
}

/** The mean of the days that are over and known; of a first day, what there is of it. */
export function perDay(days: Frame, span: Span, now: number): number | null {
  const within = valuesIn(days, span);
  const over = within.filter(({ end }) => end <= now);
  const counted = over.length > 0 ? over : within;
  if (counted.length === 0) return null;
  return counted.reduce((total, { value }) => total + value, 0) / counted.length;
}

function valuesIn({ times, ends, values }: Frame, span: Span): Moment[] {
  return times.flatMap((start, place) => {
    const value = values[place];
    if (value == null || start < span.start || start >= span.end) return [];
    return [{ value, start, end: ends?.[place] ?? start }];
  });
}

/** By how much of it a value differs from another; null where that says nothing. */
export function change(value: number | null, other: number | null): number | null {
  return value === null || other === null || other <= 0 ? null : (value - other) / other;
}

/** A day's readings as `quality` tells them. */
export interface DayQuality {
  expected: number | null;
  completeness: number | null;
}

/** The share of expected readings that is missing; null where nothing is expected. */
export function missingShare(days: readonly DayQuality[]): number | null {
  let [expected, missing] = [0, 0];
  for (const day of days) {
    if (day.expected === null || day.completeness === null) continue;
    expected += day.expected;
    missing += day.expected * (1 - day.completeness);
  }
  return expected === 0 ? null : missing / expected;
}

/** The mean over a span, each of its periods counting alike. */
export function mean(frame: Frame, span: Span): number | null {
  const within = valuesIn(frame, span);
  if (within.length === 0) return null;
  return within.reduce((total, { value }) => total + value, 0) / within.length;
}

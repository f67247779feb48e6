/** How the times of a chart are said: a moment, or the period that a value stands for. */

import { type TimeStyle, time } from "../words/times.ts";

export interface Moments {
  /** Seconds of UTC, ascending. */
  times: readonly number[];
  /** Where each value stands for a period: the second at which it ends. */
  ends?: readonly number[] | undefined;
  zone: string;
  timeStyle: TimeStyle;
}

/** The time of a value in words; a part of a day as "08:15 – 08:30". */
export function momentName(index: number, { times, ends, zone, timeStyle }: Moments): string {
  const start = time((times[index] ?? 0) * 1000, timeStyle, zone);
  const end = ends?.[index];
  if (end === undefined || !["time", "moment"].includes(timeStyle)) return start;
  return `${start} – ${time(end * 1000, "time", zone)}`;
}

/** Where values are drawn: in the middle of their periods. */
export function places({ times, ends }: Pick<Moments, "times" | "ends">): readonly number[] {
  return ends === undefined ? times : times.map((start, index) => (start + (ends[index] ?? start)) / 2);
}

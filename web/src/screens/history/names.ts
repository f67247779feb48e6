/** Periods and times in words. */

import type { Span } from "../../charts/lines.ts";
import { dayName } from "../../sitetime/zone.ts";
import { locale } from "../../words/locale.ts";
import { time } from "../../words/times.ts";
import type { Period } from "./period.ts";

const DAY = 86_400_000;

/** As a title: "Sunday, 21 June 2026", "15 – 21 June 2026", "June 2026", "2026". */
export function periodName(period: Period, zone: string): string {
  const { kind, start, end } = period;
  if (kind === "day") return time(start, "weekday", zone);
  if (kind === "month") return time(start, "month", zone);
  if (kind === "year") return time(start, "year", zone);
  if (kind === "all") return range(period, zone, { year: "numeric" });
  const whole = kind === "week" || (isWhole(start, zone) && isWhole(end, zone));
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  return range(period, zone, whole ? day : { ...day, hour: "2-digit", minute: "2-digit" });
}

function isWhole(moment: number, zone: string): boolean {
  return dayName(moment, zone) !== dayName(moment - 1, zone);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function range({ start, end }: Span, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${zone} ${Object.keys(options).length}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format.formatRange(start, end - 1);
}

/** When something was within a period: the clock in a day, the day in what is longer. */
export function whenIn(period: Span, moment: number, zone: string): string {
  return time(moment, period.end - period.start > 1.5 * DAY ? "day" : "time", zone);
}

/** For a file: what, whose and when, in letters that every disk takes. */
export function fileName(parts: readonly string[], span: Span, zone: string): string {
  const [from, to] = [dayName(span.start, zone), dayName(span.end - 1, zone)];
  const when = from === to ? from : `${from}-to-${to}`;
  return ["sunledger", ...parts, when].map((part) => part.replace(/[^A-Za-z0-9._-]+/g, "-")).join("-");
}

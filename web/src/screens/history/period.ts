/** Periods of the calendar: which one is meant, the next and the one before, in the plant's zone. */

import type { Span } from "../../charts/lines.ts";
import { dayCalled, dayName, startOf, type Unit } from "../../sitetime/zone.ts";
import type { HistorySearch, PeriodKind } from "./search.ts";

/** What a period is counted from. */
export interface Calendar {
  zone: string;
  /** Milliseconds of UTC: now at the plant, and since when something is known of it. */
  now: number;
  first: number;
}

export interface Period extends Span {
  kind: PeriodKind;
}

/** The period that a search means. */
export function periodOf(search: HistorySearch, calendar: Calendar): Period {
  const kind = search.period ?? "day";
  if (kind === "all") return { kind, ...everything(calendar) };
  if (kind === "span") return { kind, ...spanOf(search, calendar) };
  const within = dayCalled(search.date ?? "", calendar.zone) ?? calendar.now;
  return { kind, ...around(kind, within, calendar.zone) };
}

function around(unit: Unit, moment: number, zone: string): Span {
  return { start: startOf(unit, moment, zone), end: startOf(unit, moment, zone, 1) };
}

/** Whole years, from the first of the plant to this one. */
export function everything({ zone, now, first }: Calendar): Span {
  return { start: startOf("year", Math.min(first, now), zone), end: startOf("year", now, zone, 1) };
}

/** Ends in whatever order; one that is missing is today. */
function spanOf({ from, to }: HistorySearch, { zone, now }: Calendar): Span {
  const ends = [from, to].map((end) => edge(end, zone) ?? around("day", now, zone));
  const start = Math.min(...ends.map((end) => end.start));
  const end = Math.max(...ends.map((end) => end.end));
  return end > start ? { start, end } : around("day", start, zone);
}

function edge(written: string | undefined, zone: string): Span | null {
  if (written === undefined) return null;
  const day = dayCalled(written, zone);
  if (day !== null) return around("day", day, zone);
  const moment = Date.parse(written);
  return Number.isNaN(moment) ? null : { start: moment, end: moment };
}

/** How a span is written into an address: by its days where it consists of whole ones. */
export function spanSearch(
  span: Span,
  zone: string,
): Required<Pick<HistorySearch, "period" | "from" | "to">> {
  const whole = [span.start, span.end].every((moment) => startOf("day", moment, zone) === moment);
  if (!whole) return { period: "span", from: minute(span.start), to: minute(span.end) };
  return { period: "span", from: dayName(span.start, zone), to: dayName(span.end - 1, zone) };
}

function minute(moment: number): string {
  return `${new Date(Math.round(moment / 60_000) * 60_000).toISOString().slice(0, 16)}Z`;
}

/** Where "previous" (−1) and "next" (1) lead; null where there is nowhere to go. */
export function neighbour(period: Period, by: -1 | 1, calendar: Calendar): HistorySearch | null {
  const { zone, now, first } = calendar;
  if (period.kind === "all") return null;
  if (by === 1 && period.end > now) return null;
  if (by === -1 && period.start <= first) return null;
  if (period.kind !== "span") {
    return { period: period.kind, date: dayName(startOf(period.kind, period.start, zone, by), zone) };
  }
  const days = Math.max(1, Math.round((period.end - period.start) / 86_400_000));
  const whole = { start: moved(period.start, by * days, zone), end: moved(period.end, by * days, zone) };
  return spanSearch(whole, zone);
}

/** The same time of the clock some days on. */
function moved(moment: number, days: number, zone: string): number {
  const midnight = startOf("day", moment, zone);
  return startOf("day", moment, zone, days) + (moment - midnight);
}

/** Days that a period has, those of the clock's changes among them. */
export function daysOf({ start, end }: Span): number {
  return Math.max(1, Math.round((end - start) / 86_400_000));
}

/** Whether a period goes on. */
export function isRunning({ start, end }: Span, now: number): boolean {
  return start <= now && now < end;
}

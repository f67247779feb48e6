/** How finely a span is shown, and in which pieces it is asked for: as fine as a screen can show without waiting. */

import type { Span } from "../../charts/lines.ts";
import { offsetAt, startOf } from "../../sitetime/zone.ts";

export type Step = "15m" | "1h" | "1d" | "1mo" | "1y";
/** Readings as they were stored, or periods. */
export type Detail = "raw" | Step;

const MINUTE = 60_000;
const DAY = 86_400_000;
export const LENGTHS = { "15m": 15 * MINUTE, "1h": 60 * MINUTE, "1d": DAY } as const;

/** Points that a curve has at most, and rows that a piece of it may need. */
const MOST_POINTS = 10_000;
const MOST_ROWS = 60_000;
/** Readings are shown as they are up to this length. */
const RAW_UP_TO = 2.1 * DAY;

/** What a bar of energy stands for. */
export function barStep({ start, end }: Span): Step {
  const days = (end - start) / DAY;
  if (days <= 0.5) return "15m";
  if (days <= 2.6) return "1h";
  if (days <= 100) return "1d";
  return days <= 1150 ? "1mo" : "1y";
}

/** The finest detail of a curve that `series` series, read every `poll` milliseconds, can be shown in. */
export function curveDetail({ start, end }: Span, series: number, poll: number): Detail {
  const length = end - start;
  const rows = series === 1 ? 0 : (series * Math.max(length, DAY)) / poll; // of a single one, few are chosen
  if (length <= RAW_UP_TO && rows <= MOST_ROWS) return "raw";
  if (length / LENGTHS["15m"] <= MOST_POINTS / 2) return "15m";
  return length / LENGTHS["1h"] <= MOST_POINTS ? "1h" : "1d";
}

/** Pieces of a detail: the same for every span, so that what was once asked for is found again. */
function tileUnit(detail: Detail, series: number): "day" | "week" | "month" | "year" | null {
  if (detail === "raw") return "day";
  if (detail === "15m") return series > 4 ? "week" : "month";
  if (detail === "1h") return series > 4 ? "month" : "year";
  return detail === "1d" ? "year" : null;
}

/** The pieces that show a span, in order; `beside` of them more on either side. `whole` is all that is known. */
export function tilesOf(
  span: Span,
  detail: Detail,
  whole: Span,
  zone: string,
  series = 1,
  beside = 0,
): Span[] {
  const unit = tileUnit(detail, series);
  if (unit === null) return touching([whole], span, beside === 0 ? 0 : DAY);
  const tiles: Span[] = [];
  const to = startOf(unit, span.end - 1, zone, beside + 1);
  let start = startOf(unit, span.start, zone, -beside);
  while (start < to) {
    const end = startOf(unit, start, zone, 1);
    tiles.push({ start, end });
    start = end;
  }
  return touching(tiles, whole, 0);
}

function touching(tiles: readonly Span[], { start, end }: Span, room: number): Span[] {
  return tiles.filter((tile) => tile.start < end + room && tile.end > start - room);
}

/** When the periods within a span begin, and the end of the last: one more than there are periods. */
export function edgesOf({ start, end }: Span, step: Step, zone: string): number[] {
  if (step === "15m" || step === "1h") return even(start, end, LENGTHS[step]);
  if (step === "1d") return days(start, end, zone);
  const edges = [startOf(step === "1mo" ? "month" : "year", start, zone)];
  while ((edges.at(-1) ?? end) < end) {
    edges.push(startOf(step === "1mo" ? "month" : "year", edges.at(-1) ?? end, zone, 1));
  }
  return edges;
}

function even(start: number, end: number, length: number): number[] {
  return Array.from({ length: Math.ceil((end - start) / length) + 1 }, (_, place) => start + place * length);
}

/** Most days have 24 hours: only the others are looked up in the calendar. */
function days(start: number, end: number, zone: string): number[] {
  const edges = [startOf("day", start, zone)];
  let offset = offsetAt(edges[0] ?? start, zone);
  for (let last = edges[0] ?? start; last < end; last = edges.at(-1) ?? end) {
    const next = last + DAY;
    const later = offsetAt(next, zone);
    edges.push(later === offset ? next : startOf("day", last, zone, 1));
    offset = offsetAt(edges.at(-1) ?? next, zone);
  }
  return edges;
}

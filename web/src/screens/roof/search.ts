/** What the address of the roof says: which day, how far into it, what colours mean, and whose year. */

export const COLOURINGS = ["power", "energy"] as const;

export type Colouring = (typeof COLOURINGS)[number];

export interface RoofSearch {
  /** A day such as 2026-06-14; without, it is now. */
  day?: string;
  /** Quarter hours since the day began: a clock that is set back shows the same time twice. */
  quarter?: number;
  by?: Colouring;
  /** Of the map of a year; without, the one of the day. */
  year?: number;
}

/** A day of the longest kind has 25 hours, or 26 where a zone jumps. */
const MOST_QUARTERS = 26 * 4;

/** What can be used of it; the rest is passed over. */
export function roofSearch(given: Record<string, unknown>): RoofSearch {
  const found: RoofSearch = {};
  if (typeof given.day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(given.day)) found.day = given.day;
  if (isWhole(given.quarter, 0, MOST_QUARTERS - 1)) found.quarter = given.quarter;
  const by = COLOURINGS.find((each) => each === given.by);
  if (by !== undefined) found.by = by;
  if (isWhole(given.year, 1970, 9999)) found.year = given.year;
  return found;
}

function isWhole(given: unknown, least: number, most: number): given is number {
  return Number.isInteger(given) && Number(given) >= least && Number(given) <= most;
}

/** What the address of the roof says: which day, how far into it, what colours mean, and whose year. */

export const COLOURINGS = ["power", "energy"] as const;

export type Colouring = (typeof COLOURINGS)[number];

/** A member that is undefined is not in the address. */
export interface RoofSearch {
  /** A day such as 2026-06-14; without, it is now. */
  day?: string | undefined;
  /** Quarter hours since the day began: a clock that is set back shows the same time twice. */
  quarter?: number | undefined;
  by?: Colouring | undefined;
  /** Of the map of a year; without, the one of the day. */
  year?: number | undefined;
}

/** A day of the longest kind has 25 hours, or 26 where a zone jumps. */
const MOST_QUARTERS = 26 * 4;

/** What can be used of an address; the rest is passed over. */
export function roofSearch(given: Readonly<Record<string, unknown>>): RoofSearch {
  const day = typeof given.day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(given.day) ? given.day : undefined;
  return {
    day,
    quarter: day === undefined ? undefined : whole(given.quarter, 0, MOST_QUARTERS - 1),
    by: COLOURINGS.find((each) => each === given.by),
    year: whole(given.year, 1970, 9999),
  };
}

function whole(given: unknown, least: number, most: number): number | undefined {
  if (!/^\d{1,4}$/.test(String(given))) return undefined;
  const found = Number(given);
  return found >= least && found <= most ? found : undefined;
}

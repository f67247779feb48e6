/** What the address of the roof says. */

export type RoofSearch = Record<string, never>;

export function roofSearch(_: Record<string, unknown>): RoofSearch {
  return {};
}

/** What the address of the history says: which time, of whom, and how it is shown. */

export type HistorySearch = Record<string, never>;

export function historySearch(_: Record<string, unknown>): HistorySearch {
  return {};
}

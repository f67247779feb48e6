/** What the address of the storage says: the year of its calendar. */

export interface StorageSearch {
  /** Without one: this year. */
  year?: number;
}

export function storageSearch(given: Record<string, unknown>): StorageSearch {
  const year = Number(given.year);
  return Number.isInteger(year) && year >= 1970 && year <= 9999 ? { year } : {};
}

/** What the address of the devices says: who is sought, and whether a DTU is being added. */

export interface DevicesSearch {
  q?: string;
  add?: true;
}

export function devicesSearch(given: Record<string, unknown>): DevicesSearch {
  const q = typeof given.q === "string" || typeof given.q === "number" ? String(given.q).slice(0, 100) : "";
  return { ...(q === "" ? {} : { q }), ...(given.add === true ? { add: true } : {}) };
}

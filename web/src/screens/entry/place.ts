/** Where a plant is, as somebody types it: degrees, with a point or a comma. */

export interface Place {
  latitude: number;
  longitude: number;
}

export type PlaceDraft = Record<keyof Place, string>;

const MOST = { latitude: 90, longitude: 180 } as const;

export function placeDraftOf(place: Place | null): PlaceDraft {
  return { latitude: String(place?.latitude ?? ""), longitude: String(place?.longitude ?? "") };
}

/** Null where nothing is typed, and the fields that are no degrees where some are not. */
export function readPlace(draft: PlaceDraft): { place: Place | null } | { faults: (keyof Place)[] } {
  if (draft.latitude.trim() === "" && draft.longitude.trim() === "") return { place: null };
  const place = { latitude: degrees(draft.latitude), longitude: degrees(draft.longitude) };
  const faults = (["latitude", "longitude"] as const).filter(
    (each) => !(Math.abs(place[each]) <= MOST[each]),
  );
  return faults.length > 0 ? { faults } : { place };
}

function degrees(text: string): number {
  const trimmed = text.trim().replace(",", ".");
  return /^[-+]?\d{1,3}(\.\d*)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

const PAIR = /^\s*([-+]?\d{1,3}\.\d+)\s*[,; ]\s*([-+]?\d{1,3}\.\d+)\s*$/;

/** What is put into the first field may be both, as maps copy them: "52.52, 13.405". */
export function asPair(text: string): PlaceDraft | null {
  const [, latitude, longitude] = PAIR.exec(text) ?? [];
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}

/** Every zone that this browser knows, and those that it does not count as such. */
export function zones(...others: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...others])].sort();
}

/** The zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /^(UTC|[A-Z][\w+-]*\/[\w+/-]+)$/i.test(name);
  } catch {
    return false;
  }
}

/** What is filled in of a site, as texts, and the site that it stands for. */

import type { Schemas } from "../../api/questions.ts";

export type Site = Schemas["Site"];
export type SolarArray = Site["arrays"][number];

/** Each field as it is typed. */
export interface Draft {
  name: string;
  zone: string;
  latitude: string;
  longitude: string;
  arrays: ArrayDraft[];
}

export interface ArrayDraft {
  /** Distinguishes rows while some are added and removed. */
  key: number;
  capacity: string;
  tilt: string;
  azimuth: string;
}

export function draftOf(site: Site): Draft {
  return {
    name: site.name,
    zone: site.zone,
    latitude: site.place === null ? "" : String(site.place.latitude),
    longitude: site.place === null ? "" : String(site.place.longitude),
    arrays: site.arrays.map((array, key) => ({
      key,
      capacity: String(array.capacity),
      tilt: String(array.tilt),
      azimuth: String(array.azimuth),
    })),
  };
}

/** A number as people type it, with a comma or a point; null for what is none. */
export function numberIn(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  const value = Number(trimmed);
  return trimmed === "" || !Number.isFinite(value) ? null : value;
}

/** What may be changed of a site at once. */
export interface Changes {
  name?: string;
  zone?: string;
  place?: Site["place"];
  arrays?: SolarArray[];
}

/** Fields that hold no number although they have to, by the name that the server would give them. */
export function faultsOf(draft: Draft): Set<string> {
  const faults = new Set<string>();
  const isEmpty = draft.latitude.trim() === "" && draft.longitude.trim() === "";
  if (!isEmpty && numberIn(draft.latitude) === null) faults.add("place.latitude");
  if (!isEmpty && numberIn(draft.longitude) === null) faults.add("place.longitude");
  draft.arrays.forEach((array, index) => {
    for (const field of ["capacity", "tilt", "azimuth"] as const) {
      if (numberIn(array[field]) === null) faults.add(`arrays[${index}].${field}`);
    }
  });
  return faults;
}

/** What a draft changes; what is pinned is left alone. */
export function changesOf(draft: Draft, site: Site): Changes {
  const [latitude, longitude] = [numberIn(draft.latitude), numberIn(draft.longitude)];
  const wanted: Required<Changes> = {
    name: draft.name.trim(),
    zone: draft.zone.trim(),
    place: latitude === null || longitude === null ? null : { latitude, longitude },
    arrays: draft.arrays.map(({ capacity, tilt, azimuth }) => ({
      capacity: numberIn(capacity) ?? 0,
      tilt: numberIn(tilt) ?? 0,
      azimuth: numberIn(azimuth) ?? 0,
    })),
  };
  const changes: Changes = {};
  const differs = (field: keyof Changes) =>
    site.pinned[field] === undefined && JSON.stringify(site[field]) !== JSON.stringify(wanted[field]);
  if (differs("name")) changes.name = wanted.name;
  if (differs("zone")) changes.zone = wanted.zone;
  if (differs("place")) changes.place = wanted.place;
  if (differs("arrays")) changes.arrays = wanted.arrays;
  return changes;
}

export const WINDS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;

/** The direction of an azimuth in degrees from north, clockwise. */
export function windOf(azimuth: number): (typeof WINDS)[number] {
  const eighth = Math.round(azimuth / 45);
  return WINDS[((eighth % 8) + 8) % 8] ?? "n";
}

/** Every zone that the browser knows, UTC among them. */
export function zones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

/** Whether a browser can reckon in a zone of that name. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
}

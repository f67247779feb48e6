/** The address of a DTU as somebody types it. */

export interface Address {
  host: string;
  port: number;
  unit_id: number;
}

export type Draft = Record<keyof Address, string>;

/** What a DTU has unless somebody changed it. */
export const FIRST: Draft = { host: "", port: "502", unit_id: "1" };

export function draftOf({ host, port, unit_id }: Address): Draft {
  return { host, port: String(port), unit_id: String(unit_id) };
}

const MOST = { port: 65535, unit_id: 255 } as const;

interface Fault {
  field: keyof Address;
  said: "survey.noHost" | "survey.notWhole";
  values: { most: number };
}

/** The first thing that is wrong with it; null where it can be asked for. */
export function faultIn(draft: Draft): Fault | null {
  if (draft.host.trim() === "") return { field: "host", said: "survey.noHost", values: { most: 0 } };
  for (const field of ["port", "unit_id"] as const) {
    const most = MOST[field];
    if (!isWhole(draft[field], most)) return { field, said: "survey.notWhole", values: { most } };
  }
  return null;
}

function isWhole(text: string, most: number): boolean {
  return /^\s*\d{1,5}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= most;
}

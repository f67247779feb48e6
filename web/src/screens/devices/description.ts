/** How somebody describes an inverter, and what of that the server has to be told. */

import type { Device } from "../../live/plant.ts";

export interface Description {
  /** Empty: its serial number. */
  name: string;
  notes: string;
  /** By number; empty: none. */
  port_names: Record<string, string>;
  excluded: boolean;
}

type Described = Pick<Device, "serial_number" | "name" | "notes" | "port_names" | "excluded" | "pinned">;

export function descriptionOf({ serial_number, name, notes, port_names, excluded }: Described): Description {
  return { name: name === serial_number ? "" : name, notes, port_names: { ...port_names }, excluded };
}

/** Only what was changed, as what configuration pins cannot be sent; null puts a field back to its default. */
export function changesOf(
  device: Described,
  draft: Description,
): Partial<Record<keyof Description, unknown>> & {
  name?: string | null;
  notes?: string;
  port_names?: Record<string, string>;
  excluded?: boolean;
} {
  const before = descriptionOf(device);
  const name = draft.name.trim();
  const named = Object.fromEntries(
    Object.entries(draft.port_names)
      .map(([port, text]) => [port, text.trim()] as const)
      .filter(([, text]) => text !== ""),
  );
  return {
    ...(name === before.name ? {} : { name: name === "" ? null : name }),
    ...(draft.notes === before.notes ? {} : { notes: draft.notes }),
    ...(same(named, before.port_names) ? {} : { port_names: named }),
    ...(draft.excluded === before.excluded ? {} : { excluded: draft.excluded }),
  };
}

function same(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

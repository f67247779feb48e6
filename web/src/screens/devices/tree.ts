/** DTUs with the inverters under each. */

import type { InverterNow } from "../../live/plant.ts";
import type { Dtu } from "./questions.ts";

export interface Group {
  /** What its readings are kept under; null for what belongs to no DTU that is read. */
  name: string | null;
  /** Null where nothing more is known of it, or may be. */
  dtu: Dtu | null;
  inverters: InverterNow[];
}

/**
 * Every DTU with its inverters, by name, and at the end those of none. `dtus` is null where whoever asks may not
 * see them: then there is only what the inverters say.
 */
export function grouped(dtus: readonly Dtu[] | null, inverters: readonly InverterNow[]): Group[] {
  const names = dtus === null ? namesIn(inverters) : dtus.map(({ id }) => id);
  const groups: Group[] = names.map((name) => ({
    name,
    dtu: dtus?.find(({ id }) => id === name) ?? null,
    inverters: inverters.filter(({ dtu }) => dtu === name),
  }));
  const known = new Set(names);
  const others = inverters.filter(({ dtu }) => !known.has(dtu));
  return others.length === 0 ? groups : [...groups, { name: null, dtu: null, inverters: others }];
}

function namesIn(inverters: readonly InverterNow[]): string[] {
  return [...new Set(inverters.map(({ dtu }) => dtu))].sort();
}

/** What is left of groups where somebody seeks a word: a DTU with all of its inverters, or those that fit. */
export function sought(groups: readonly Group[], word: string): Group[] {
  const wanted = word.trim().toLowerCase();
  if (wanted === "") return [...groups];
  const fits = (...texts: (string | undefined)[]) =>
    texts.some((text) => text?.toLowerCase().includes(wanted));
  return groups.flatMap((group) => {
    if (fits(group.name ?? undefined, group.dtu?.host)) return [group];
    const inverters = group.inverters.filter(({ name, serial, device }) =>
      fits(name, serial, device.notes, ...Object.values(device.port_names)),
    );
    return inverters.length === 0 ? [] : [{ ...group, inverters }];
  });
}

/** When a DTU was last heard: a reading may have come since its health was asked for. */
export function heardFrom(dtu: Dtu, inverters: readonly InverterNow[]): string | null {
  const moments = [dtu.health?.last_successful_query, ...inverters.map(({ heardAt }) => heardAt)];
  return moments.reduce<string | null>((last, at) => (at != null && at > (last ?? "") ? at : last), null);
}

/** Whether somebody should look at it: it is late or silent by day, or reports an alarm. */
export function needsALook({ state, device }: InverterNow): boolean {
  return state === "stale" || state === "offline" || (device.latest.inverter?.alarm_code ?? 0) !== 0;
}

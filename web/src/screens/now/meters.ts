/** Meters and hybrid inverters as they are now: what was asked for, overtaken by what the stream tells. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { latestEnergy } from "../../api/questions.ts";
import type { EnergyEvent } from "../../live/events.ts";
import { useNow } from "../../live/now.ts";

type Meter = Omit<EnergyEvent, "id" | "type">;

/** The latest of each. */
export function useMeters(): EnergyEvent[] {
  const { data } = useSuspenseQuery(latestEnergy);
  const told = useNow((now) => now.energy);
  return useMemo(() => newest(data as Meter[], told), [data, told]);
}

/** Of every device the later of the two. */
export function newest(answered: readonly Meter[], told: ReadonlyMap<string, EnergyEvent>): EnergyEvent[] {
  const meters = new Map<string, EnergyEvent>();
  for (const meter of answered) meters.set(meter.device_id, { id: "", type: "energy", ...meter });
  for (const [device, event] of told) {
    const before = meters.get(device);
    if (before === undefined || before.timestamp <= event.timestamp) meters.set(device, event);
  }
  return [...meters.values()];
}

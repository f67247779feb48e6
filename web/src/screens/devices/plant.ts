/** The devices of the plant as they come and go. */

import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { devices, me } from "../../api/questions.ts";
import { useNow } from "../../live/now.ts";
import { type InverterNow, inverterNow } from "../../live/plant.ts";
import { type Dtu, dtus } from "./questions.ts";

export interface Dtus {
  /** Null until they are known, and for those who see only some sites, as DTUs belong to none. */
  dtus: Dtu[] | null;
  pending: boolean;
  /** Why they are not known, or no longer. */
  error: Error | null;
}

export function useDtus(): Dtus {
  const { data: who } = useSuspenseQuery(me);
  const { data = null, error, isLoading } = useQuery({ ...dtus, enabled: who.sites === null });
  return { dtus: data, pending: isLoading, error };
}

/** Asks again once the stream tells of a device that is not known yet, or of a DTU that has become another. */
export function useNewcomers(): void {
  const client = useQueryClient();
  const { data } = useSuspenseQuery(devices);
  const known = data.map(({ serial_number }) => serial_number).join();
  const strangers = useNow(({ inverters }) =>
    [...inverters.keys()].filter((serial) => !known.includes(serial)).join(),
  );
  const told = useNow(({ dtus }) =>
    [...dtus.values()].map(({ dtu_name, status, breaker }) => `${dtu_name} ${status} ${breaker}`).join(),
  );
  useEffect(() => {
    if (strangers !== "") void client.invalidateQueries({ queryKey: devices.queryKey });
  }, [client, strangers]);
  useEffect(() => {
    if (told !== "") void client.invalidateQueries({ queryKey: dtus.queryKey });
  }, [client, told]);
}

/** Every inverter as it is now, also one that has told nothing of its ports. */
export function useEveryDevice(): InverterNow[] {
  const { data } = useSuspenseQuery(devices);
  const told = useNow((now) => now.inverters);
  return useMemo(
    () =>
      data
        .map((device) => inverterNow(device, told))
        .map((each) => (each.heardAt === null ? { ...each, heardAt: each.device.last_seen } : each))
        .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true })),
    [data, told],
  );
}

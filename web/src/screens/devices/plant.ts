/** The devices of the plant as they come and go. */

import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { devices, me } from "../../api/questions.ts";
import { useNow } from "../../live/now.ts";
import { type Dtu, dtus } from "./questions.ts";

/** The DTUs; null for those who see only some sites, as DTUs belong to none. */
export function useDtus(): Dtu[] | null {
  const { data: who } = useSuspenseQuery(me);
  const { data, error } = useQuery({ ...dtus, enabled: who.sites === null });
  if (error !== null && data === undefined) throw error;
  return data ?? null;
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

/** What the Now screen asks of today and of the days before it. */

import { type QueryClient, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { energy, history, readings } from "../../api/questions.ts";
import type { Measured } from "../../charts/lines.ts";
import { plantNow, usePlantNow } from "../../sitetime/clock.ts";
import { iso, startOf } from "../../sitetime/zone.ts";
import { byNow, median, type Quarter, summed, todayCurve, usualCurve } from "./usual.ts";

/** Days that today is compared with. */
const DAYS = 14;
/** Fewer of them say nothing of what is usual. */
const FEWEST = 3;
/** Ports up to which every single reading is drawn; beyond, quarter hours are. */
const MOST_PORTS = 8;
const MINUTE = 60_000;

export interface Today {
  /** `failed` where it cannot be told; what is live goes on beside it. */
  state: "loading" | "failed" | "known";
  /** Why it cannot be told. */
  error: unknown;
  /** Wh; null where nothing was read today. */
  energy: number | null;
  /** Wh that recent days had brought by now, in the middle of them; null where there are too few. */
  usual: number | null;
  curve: Measured;
  usually: Measured;
}

/** Today, looked at again every minute. */
export function useToday(zone: string, ports: number): Today {
  const now = usePlantNow(MINUTE);
  const today = startOf("day", now, zone);
  const { quarters, state, error } = useQuarters(today, zone);
  const curve = useCurve(today, ports);
  return useMemo(() => {
    const before = byNow(quarters, now, zone);
    const own = quarters.filter(({ start }) => start >= today).map((each) => each.energy);
    return {
      state,
      error,
      energy: own.length === 0 ? null : own.reduce((total, each) => total + each, 0),
      usual: before.length < FEWEST ? null : median(before),
      curve: curve ?? todayCurve(quarters, now, zone),
      usually: before.length < FEWEST ? { times: [], values: [] } : usualCurve(quarters, now, zone),
    };
  }, [quarters, state, error, curve, now, today, zone]);
}

/** Ask for today and the days before it ahead of the screen. */
export async function askForToday(client: QueryClient, zone: string): Promise<void> {
  const { past, own } = questionsOf(startOf("day", plantNow(), zone), zone);
  await Promise.all([client.prefetchQuery(past), client.prefetchQuery(own)]);
}

function questionsOf(today: number, zone: string) {
  const asked = { by: "plant", step: "15m", fields: "start,energy", zone } as const;
  return {
    past: {
      ...energy({ ...asked, ...spanOf(today, zone, -DAYS, 0) }),
      staleTime: Number.POSITIVE_INFINITY,
    },
    own: energy({ ...asked, ...spanOf(today, zone, 0, 1) }),
  };
}

function useQuarters(today: number, zone: string) {
  const asked = questionsOf(today, zone);
  const past = useQuery(asked.past);
  const own = useQuery({ ...asked.own, refetchInterval: MINUTE });
  const quarters = useMemo(
    () => [...(past.data?.items ?? []), ...(own.data?.items ?? [])].map(quarterOf),
    [past.data, own.data],
  );
  const known = past.data !== undefined && own.data !== undefined;
  const error = known ? null : (past.error ?? own.error);
  const state: Today["state"] = known ? "known" : error === null ? "loading" : "failed";
  return { quarters, state, error };
}

function quarterOf({ start, energy }: { start: string; energy: number }): Quarter {
  return { start: Date.parse(start), energy };
}

function spanOf(today: number, zone: string, from: number, to: number) {
  return { start: iso(startOf("day", today, zone, from)), end: iso(startOf("day", today, zone, to)) };
}

function useCurve(today: number, ports: number): Measured | null {
  const { data } = useQuery({
    ...readings({ kind: "port", start: iso(today), fields: "timestamp,pv_power" }),
    enabled: ports > 0 && ports <= MOST_PORTS,
    refetchInterval: 5 * MINUTE,
  });
  return useMemo(() => {
    if (data === undefined) return null;
    const powers = (data.pv_power ?? []) as (number | null)[];
    const times = (data.timestamp ?? []) as string[];
    return summed(
      times.map((time, index) => ({ at: Date.parse(time) / 1000, power: powers[index] ?? null })),
    );
  }, [data]);
}

/** Mean powers by quarter hour of today, where a meter measures them. */
export function useMetered(zone: string, measured: boolean): { sun: Measured; home: Measured } {
  const today = startOf("day", usePlantNow(MINUTE), zone);
  const { data } = useQuery({
    ...history({ measurement: ["pv_power", "consumption"], kind: "energy", step: "15m", start: iso(today) }),
    enabled: measured,
    refetchInterval: 5 * MINUTE,
  });
  return useMemo(() => {
    const items = data?.items ?? [];
    const means = (name: string) =>
      summed(
        items
          .filter(({ measurement }) => measurement === name)
          .map(({ start, mean }) => ({ at: Date.parse(start) / 1000 + 450, power: mean })),
      );
    return { sun: means("pv_power"), home: means("consumption") };
  }, [data]);
}

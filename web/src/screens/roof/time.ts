/** Which time the roof shows: now, a day, or a quarter hour of it. It stands in the address. */

import { useCallback, useEffect, useState } from "react";
import { useZone } from "../../api/session.ts";
import { navigate, useSearch } from "../../routing/index.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { dayCalled, dayName, startOf } from "../../sitetime/zone.ts";
import type { Day } from "./day.ts";
import type { Colouring, RoofSearch } from "./search.ts";

export interface RoofTime {
  zone: string;
  /** Nothing is chosen: what is shown follows the plant. */
  live: boolean;
  day: Day;
  dayName: string;
  /** The plant's own, such as 2026-06-14. */
  today: string;
  by: Colouring;
  /** Null: now, or the whole day. */
  quarter: number | null;
  year: number;
  choose: (changes: RoofSearch) => void;
  /** Shown at once; the address follows when it comes to rest. */
  slide: (quarter: number) => void;
}

/** Browsers refuse addresses that change with every movement of a slider. */
const REST = 350;

export function useRoofTime(): RoofTime {
  const zone = useZone();
  const now = usePlantNow(30_000);
  const search = useSearch({ from: "/roof" });
  const [slid, setSlid] = useState<number | null>(null);
  const choose = useCallback((changes: RoofSearch) => {
    setSlid(null);
    change(changes, false);
  }, []);

  const asked = search.day === undefined ? null : dayCalled(search.day, zone);
  const chosen = asked !== null && asked > now ? null : asked;
  const start = chosen ?? startOf("day", now, zone);
  const name = dayName(start, zone);
  const settled = chosen === null ? null : (search.quarter ?? null);

  const by = search.by ?? (chosen === null ? "power" : "energy");

  useEffect(() => {
    if (slid === null) return;
    const resting = setTimeout(() => change({ day: name, quarter: slid, by }, true), REST);
    return () => clearTimeout(resting);
  }, [slid, name, by]);
  useEffect(() => {
    setSlid((before) => (before === settled ? null : before));
  }, [settled]);

  return {
    zone,
    live: chosen === null && slid === null,
    day: { start, end: startOf("day", start, zone, 1) },
    dayName: name,
    today: dayName(now, zone),
    by,
    quarter: slid ?? settled,
    year: search.year ?? Number(name.slice(0, 4)),
    choose,
    slide: setSlid,
  };
}

function change(changes: RoofSearch, replace: boolean): void {
  navigate({ to: "/roof", search: (before) => ({ ...before, ...changes }), replace, resetScroll: false });
}

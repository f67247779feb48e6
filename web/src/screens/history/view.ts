/** What the history shows now: read from the address, and written to it. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { devices as devicesQuestion, system } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import { type Measurement, useWholeCatalogue } from "../../live/catalogue.ts";
import type { Device } from "../../live/plant.ts";
import { navigate, useSearch } from "../../routing/index.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { type Calendar, type Period, periodOf } from "./period.ts";
import { type HistorySearch, known, type Loose } from "./search.ts";
import { type Shift, shiftOf } from "./shift.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** Change members of the address; undefined leaves one out. */
export type Go = (changes: Loose, replace?: boolean) => void;

export interface View {
  search: HistorySearch;
  go: Go;
  calendar: Calendar;
  period: Period;
  subject: Subject;
  shift: Shift | null;
  /** Milliseconds between two readings. */
  poll: number;
  devices: readonly Device[];
  catalogue: readonly Measurement[];
}

const MINUTE = 60_000;

/** Show something else of the history; the page stays where it is scrolled to. */
const go: Go = (changes, replace = false) =>
  navigate({
    to: "/history",
    search: (before) => known({ ...before, ...changes }),
    replace,
    resetScroll: false,
  });

export function useView(): View {
  const search = useSearch({ from: "/history" });
  const zone = useZone();
  const now = usePlantNow(MINUTE);
  const { data: devices } = useSuspenseQuery(devicesQuestion);
  const catalogue = useWholeCatalogue();
  const { data: running } = useQuery(system);
  const first = useMemo(() => firstOf(devices), [devices]) ?? now;
  const calendar = useMemo(() => ({ zone, now, first }), [zone, now, first]);
  const period = periodOf(search, calendar);
  return {
    search,
    go,
    calendar,
    period,
    subject: subjectOf(search, devices),
    shift: shiftOf(period, search.compare, zone),
    poll: (running?.poll_seconds ?? 60) * 1000,
    devices,
    catalogue,
  };
}

/** When the plant was first heard. */
function firstOf(devices: readonly Device[]): number | null {
  const heard = devices.flatMap(({ first_seen }) => (first_seen == null ? [] : [Date.parse(first_seen)]));
  return heard.length === 0 ? null : Math.min(...heard);
}

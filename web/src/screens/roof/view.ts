/** What each panel shows at the time that is chosen: its value, its colour, its sign. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Columns, energyColumns, historyColumns } from "../../api/questions.ts";
import type { PortNow } from "../../live/events.ts";
import type { InverterNow } from "../../live/plant.ts";
import { iso, startOf } from "../../sitetime/zone.ts";
import {
  brightest,
  type Day,
  numberAt,
  plantQuarters,
  portKey,
  type Quarters,
  quarters,
  quartersOf,
  runningSums,
} from "./day.ts";
import { keyOf } from "./layout.ts";
import type { RoofPlan } from "./plan.ts";
import type { Colouring } from "./search.ts";
import {
  FAINT,
  type Panel,
  possible,
  STEPS,
  type Standing,
  type Step,
  shareOf,
  standings,
  stepOf,
} from "./standing.ts";
import type { RoofTime } from "./time.ts";

export interface Shown extends Standing {
  step: Step | null;
}

export interface RoofView {
  /** By the keys of panels. */
  panels: Map<string, Shown>;
  /** The plant's W or Wh in each quarter hour of the day that is shown. */
  plant: (number | null)[];
  /** Which of them is shown; null: now, or the whole day. */
  quarter: number | null;
  /** Nothing was fetched yet that could be shown. */
  empty: boolean;
  /** What is shown is of another time while this one is fetched. */
  waiting: boolean;
  error: Error | null;
}

/** Milliseconds after which the day that is not over is asked for again. */
const AGAIN = 5 * 60_000;

export function useRoofView(plan: RoofPlan, time: RoofTime): RoofView {
  const { by, live } = time;
  const fetched = useDay(time);
  const best = useBest(time);
  const of = fetched.shown;
  const past = useMemo(() => (of === null ? null : quartersOf(of.columns, FIELDS[of.by], of.day)), [of]);
  const plant = useMemo(
    () => (past === null || of === null ? [] : plantQuarters(past, quarters(of.day))),
    [past, of],
  );
  const sums = useMemo(() => (past === null || by === "power" ? null : running(past)), [past, by]);
  const quarter = time.quarter ?? (live || by === "energy" ? null : brightest(plant));
  const panels = useMemo(() => {
    const values = live ? null : valuesAt(by === "power" ? past : sums, quarter);
    const found = plan.inverters.flatMap((inverter) => panelsOf(inverter, plan.fields, by, values));
    return shownOf(found, by, best, plan.fields);
  }, [live, by, past, sums, quarter, plan.inverters, plan.fields, best]);
  const empty = of === null && !live;
  return { panels, plant, quarter, empty, waiting: fetched.waiting, error: fetched.error };
}

const FIELDS: Record<Colouring, string> = { power: "mean", energy: "energy" };

interface Fetched {
  columns: Columns;
  day: Day;
  by: Colouring;
}

/** The quarter hours of the day; those of the day before stay until they are there. */
function useDay({ day, by, dayName, today }: RoofTime) {
  const refetchInterval = dayName === today ? AGAIN : (false as const);
  const power = useQuery({ ...dayPower(day), refetchInterval, enabled: by === "power" });
  const energy = useQuery({ ...dayEnergy(day), refetchInterval, enabled: by === "energy" });
  const { data, isPending, error } = by === "power" ? power : energy;
  const [shown, setShown] = useState<Fetched | null>(null);
  if (data !== undefined && data !== shown?.columns) setShown({ columns: data, day, by });
  return { shown, waiting: isPending, error };
}

/** All ports' mean power in the quarter hours of a day, in one answer. */
export function dayPower({ start, end }: Day) {
  return historyColumns({
    measurement: ["pv_power"],
    kind: "port",
    start: iso(start),
    end: iso(end),
    step: "15m",
    fields: `start,serial_number,port_number,${FIELDS.power}`,
  });
}

/** All ports' energy in the quarter hours of a day, in one answer. */
export function dayEnergy({ start, end }: Day) {
  return energyColumns({
    by: "port",
    start: iso(start),
    end: iso(end),
    step: "15m",
    fields: `start,serial_number,port_number,${FIELDS.energy}`,
  });
}

const NOTHING: ReadonlyMap<string, number | null> = new Map();

/** The most that each port has given within this month and the one before. */
function useBest({ day, zone }: RoofTime): ReadonlyMap<string, number | null> {
  const { data } = useQuery({
    ...historyColumns({
      measurement: ["pv_power"],
      kind: "port",
      start: iso(startOf("month", day.start, zone, -1)),
      end: iso(startOf("month", day.start, zone, 1)),
      step: "1mo",
      fields: "serial_number,port_number,max",
    }),
    staleTime: 60 * 60_000,
  });
  return useMemo(() => (data === undefined ? NOTHING : bestOf(data)), [data]);
}

function bestOf(columns: Columns): Map<string, number> {
  const best = new Map<string, number>();
  (columns.port_number ?? []).forEach((_, index) => {
    const key = portKey(columns, index);
    best.set(key, Math.max(best.get(key) ?? 0, numberAt(columns, "max", index) ?? 0));
  });
  return best;
}

function running(ports: Quarters): Quarters {
  return new Map([...ports].map(([key, values]) => [key, runningSums(values)]));
}

function valuesAt(ports: Quarters | null, quarter: number | null): Map<string, number | null> {
  const values = [...(ports ?? [])];
  return new Map(values.map(([key, row]) => [key, (quarter === null ? row.at(-1) : row[quarter]) ?? null]));
}

function panelsOf(
  inverter: InverterNow,
  fields: ReadonlyMap<string, number>,
  by: Colouring,
  past: ReadonlyMap<string, number | null> | null,
): Panel[] {
  const now = new Map(inverter.ports.map((port) => [port.port_number, port]));
  return inverter.device.ports.map((number) => {
    const key = keyOf(inverter.serial, number);
    const field = fields.get(key) ?? -1;
    if (past !== null) return { key, field, value: past.get(key) ?? null, state: null };
    return { key, field, value: valueNow(now.get(number), by), state: inverter.state };
  });
}

function valueNow(port: PortNow | undefined, by: Colouring): number | null {
  if (port === undefined) return null;
  if (by === "power") return port.pv_power;
  const { today_production: raw } = port;
  return port.repaired?.today_production ?? (typeof raw === "number" ? raw : null);
}

/** Panels with their colours: of power by what is possible, of energy by the neighbours. */
function shownOf(
  panels: readonly Panel[],
  by: Colouring,
  best: ReadonlyMap<string, number | null>,
  fields: ReadonlyMap<string, number>,
): Map<string, Shown> {
  const found = standings(panels, FAINT[by]);
  const values = new Map([...found].map(([key, { value }]) => [key, value]));
  const now = possible(values, fields);
  const ever = by === "power" ? possible(best, fields) : now;
  return new Map(
    panels.map(({ key, field }) => {
      const standing = found.get(key) ?? { value: null, median: null, share: null, sign: "missing" };
      const most = Math.max(ever.get(field) ?? 0, now.get(field) ?? 0);
      const whole = shareOf(standing.value, most);
      const share = by === "power" ? whole : (standing.share ?? whole);
      const step = standing.value === 0 ? 0 : stepOf(share, STEPS[by]);
      return [key, { ...standing, step }];
    }),
  );
}

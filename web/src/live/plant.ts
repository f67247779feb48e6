/** The inverters of a plant as they are now: what was asked for, overtaken by what the stream tells. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { devices, type Schemas } from "../api/questions.ts";
import type { PortNow, ReadingEvent, State } from "./events.ts";
import { useNow } from "./now.ts";

export type Device = Schemas["Device"];

export interface InverterNow {
  serial: string;
  name: string;
  dtu: string;
  state: State;
  /** As it came, UTC; null before anything was heard. */
  heardAt: string | null;
  /** Sum of its ports in W; null where none says. */
  power: number | null;
  ports: PortNow[];
  device: Device;
}

/** Every device that has ports, in the order of their names. */
export function useInverters(): InverterNow[] {
  const { data } = useSuspenseQuery(devices);
  const told = useNow((now) => now.inverters);
  return useMemo(
    () =>
      data
        .filter(isInverter)
        .map((device) => inverterNow(device, told))
        .sort(byName),
    [data, told],
  );
}

function isInverter(device: Device): boolean {
  return device.ports.length > 0;
}

function byName(one: InverterNow, other: InverterNow): number {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

/** A device with the later of what was answered and what was told. */
export function inverterNow(device: Device, told: ReadonlyMap<string, ReadingEvent>): InverterNow {
  const answered = device.latest.ports as PortNow[];
  const event = told.get(device.serial_number);
  const newer = event !== undefined && latest(event.ports) >= latest(answered);
  const ports = newer ? event.ports : answered;
  return {
    serial: device.serial_number,
    name: device.name,
    dtu: device.dtu_name,
    state: newer && latest(event.ports) > latest(answered) ? event.state : (device.state as State),
    heardAt: latest(ports) || null,
    power: sum(ports.map((port) => port.pv_power)),
    ports,
    device,
  };
}

function latest(ports: readonly PortNow[]): string {
  return ports.reduce((newest, port) => (port.timestamp > newest ? port.timestamp : newest), "");
}

/** The sum of what is known; null where nothing is. */
export function sum(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** The power of everything that is heard now; what is silent says nothing of now, and is left out. */
export function plantPower(inverters: readonly InverterNow[]): number | null {
  return sum(
    inverters.filter(({ state }) => state === "live" || state === "night").map(({ power }) => power),
  );
}

export type { Measurement } from "./catalogue.ts";

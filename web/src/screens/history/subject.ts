/** Whose history it is: the plant's, an inverter's or a port's. */

import type { Device } from "../../live/plant.ts";
import type { HistorySearch } from "./search.ts";

export interface Subject {
  /** Null for the plant. */
  device: string | null;
  port: number | null;
  /** Series of readings that it has, at least one. */
  inverters: number;
  ports: number;
}

/** Whom a search means; an inverter that is not known is asked for all the same. */
export function subjectOf({ device, port }: HistorySearch, devices: readonly Device[]): Subject {
  const chosen = devices.filter(({ serial_number }) => device === undefined || serial_number === device);
  const ports = chosen.reduce((total, each) => total + each.ports.length, 0);
  return {
    device: device ?? null,
    port: port ?? null,
    inverters: Math.max(1, chosen.filter((each) => each.ports.length > 0).length),
    ports: port === undefined ? Math.max(1, ports) : 1,
  };
}

/** As `energy` is asked for it. */
export function ofEnergy({ device, port }: Subject) {
  if (device === null) return { by: "plant" as const };
  if (port === null) return { by: "inverter" as const, device: [device] };
  return { by: "port" as const, device: [device], port: [port] };
}

/** As `readings` and `history` are asked for it; an inverter's own values are of all of its ports. */
export function ofReadings({ device, port }: Subject, kind: "inverter" | "port") {
  return {
    kind,
    ...(device === null ? {} : { device: [device] }),
    ...(port === null || kind === "inverter" ? {} : { port: [port] }),
  };
}

/** As `quality` is asked for it. */
export function ofQuality(subject: Subject) {
  const by = subject.device === null ? "plant" : subject.port === null ? "device" : "series";
  return { ...ofReadings(subject, "port"), by } as const;
}

/** The roof as it is stored or made up, with the names of its panels. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { setting } from "../../api/questions.ts";
import { type InverterNow, useInverters } from "../../live/plant.ts";
import { completed, fields, keyOf, type Owner, type Tile, turned } from "./layout.ts";

export interface RoofPlan {
  inverters: InverterNow[];
  /** As they are shown: the plan's turn is in them. */
  tiles: Tile[];
  /** Which panels are neighbours: those of one field. */
  fields: Map<string, number>;
  names: Map<string, string>;
  /** Where configuration sets the roof. */
  pinned: string | undefined;
}

export function useRoofPlan(): RoofPlan {
  const inverters = useInverters();
  const { data } = useSuspenseQuery(setting("roof"));
  // What lies where does not change with what is measured twice a second.
  const owned = JSON.stringify(inverters.map(({ serial, device }) => ({ serial, ports: device.ports })));
  const named = JSON.stringify(inverters.flatMap(namesOf));
  const plan = useMemo(() => {
    const stored = (data.value.tiles ?? []).map(tileOf);
    const tiles = turned(completed(stored, JSON.parse(owned) as Owner[]), data.value.turned ?? 0);
    return { tiles, fields: fields(tiles), pinned: data.pinned.value };
  }, [data, owned]);
  const names = useMemo(() => new Map(JSON.parse(named) as [string, string][]), [named]);
  return { inverters, names, ...plan };
}

interface StoredTile {
  serial_number: string;
  port_number: number;
  column: number;
  row: number;
  portrait?: boolean;
}

function tileOf({ serial_number, port_number, column, row, portrait = true }: StoredTile): Tile {
  return { serial: serial_number, port: port_number, column, row, portrait };
}

/** A tile as it is stored. */
export function stored({ serial, port, column, row, portrait }: Tile): StoredTile {
  return { serial_number: serial, port_number: port, column, row, portrait };
}

function namesOf({ serial, name, device }: InverterNow): [string, string][] {
  return device.ports.map((port) => [keyOf(serial, port), panelName(serial, name, device.port_names, port)]);
}

/** What a panel is called: by its port's name, else by its inverter's, of which nobody reads twelve digits. */
export function panelName(
  serial: string,
  name: string,
  ports: Readonly<Record<string, string>>,
  port: number,
): string {
  return ports[String(port)] ?? `${name === serial ? `…${serial.slice(-4)}` : name} · ${port}`;
}

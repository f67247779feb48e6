/**
 * What is known of now: the latest of each device as the stream tells it.
 *
 * *State: the one store of the stream.* Events are gathered and shown twice a second at most, so that a
 * hundred devices cost a page no more than one does.
 */

import { create } from "zustand";
import type { DtuEvent, EnergyEvent, LiveEvent, ReadingEvent } from "./events.ts";

export interface Now {
  /** False where the stream is broken: what is shown may be out of date. */
  connected: boolean;
  /** Milliseconds on the page's clock at which the connection was last known to stand; null before. */
  heardAt: number | null;
  inverters: ReadonlyMap<string, ReadingEvent>;
  energy: ReadonlyMap<string, EnergyEvent>;
  dtus: ReadonlyMap<string, DtuEvent>;
  /** Counts upwards whenever what was asked of the server before does not hold any more. */
  resyncs: number;
}

const NOTHING: Now = {
  connected: false,
  heardAt: null,
  inverters: new Map(),
  energy: new Map(),
  dtus: new Map(),
  resyncs: 0,
};

export const useNow = create<Now>(() => NOTHING);

/** What is known after some events. */
export function after(now: Now, events: readonly LiveEvent[]): Now {
  const inverters = new Map(now.inverters);
  const energy = new Map(now.energy);
  const dtus = new Map(now.dtus);
  let resyncs = now.resyncs;
  for (const event of events) {
    if (event.type === "reading") inverters.set(event.serial_number, event);
    else if (event.type === "energy") energy.set(event.device_id, event);
    else if (event.type === "dtu") dtus.set(event.dtu_name, event);
    else if (event.type === "resync" || event.type === "lost") resyncs += 1;
  }
  return { ...now, inverters, energy, dtus, resyncs };
}

const SHOW_EVERY = 500;

/** Gathers events and shows them together. */
export class Gathering {
  #waiting: LiveEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  told(events: readonly LiveEvent[]): void {
    this.#waiting.push(...events);
    this.#timer ??= setTimeout(() => this.#show(), SHOW_EVERY);
  }

  standing(connected: boolean): void {
    useNow.setState({ connected, heardAt: connected ? performance.now() : useNow.getState().heardAt });
  }

  #show(): void {
    const events = this.#waiting;
    this.#waiting = [];
    this.#timer = undefined;
    useNow.setState((now) => ({ ...after(now, events), heardAt: performance.now() }));
  }
}

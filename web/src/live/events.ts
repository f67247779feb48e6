/** What `/api/v1/stream` tells; see live/events.py and docs/api.md. */

export type State = "live" | "stale" | "night" | "offline";

/** Fields of the catalogue by name; null is missing. */
type Values = { [field: string]: number | null | unknown };

export interface PortNow extends Values {
  port_number: number;
  timestamp: string;
  quality: string;
  pv_power: number | null;
  repaired: { today_production: number | null; total_production: number | null } | null;
}

export interface ReadingEvent extends Values {
  id: string;
  type: "reading";
  serial_number: string;
  dtu_name: string;
  timestamp: string | null;
  state: State;
  quality: string;
  pv_power: number | null;
  ports: PortNow[];
}

export interface EnergyEvent {
  id: string;
  type: "energy";
  device_id: string;
  timestamp: string;
  pv_power: number | null;
  battery_power: number | null;
  battery_soc: number | null;
  grid_power: number | null;
  consumption: number | null;
}

export interface DtuEvent {
  id: string;
  type: "dtu";
  dtu_name: string;
  status: "online" | "error" | "unknown";
  breaker: string;
  last_successful_query: string | null;
  consecutive_failures: number;
  last_error: string | null;
}

/** Events that say only that something has changed: what was asked of the server may be asked again. */
export interface OtherEvent {
  id: string;
  type: "correction" | "weather" | "telemetry" | "resync" | "lost";
}

export type LiveEvent = ReadingEvent | EnergyEvent | DtuEvent | OtherEvent;

interface Message {
  type?: string;
  events?: LiveEvent[];
}

/** A message as it came, or null where it is not what the stream tells. */
export function understood(text: string): Message | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null ? message : null;
  } catch {
    return null;
  }
}

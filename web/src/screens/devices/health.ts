/** How a DTU answers, in what can be said and shown. */

import type { State } from "../../live/events.ts";
import type { Dtu } from "./questions.ts";

export type Health = NonNullable<Dtu["health"]>;

/** Failed polls in a row after which a DTU counts as silent. */
const PATIENCE = 3;

/** Its state as any device's. */
export function stateOf(health: Health | null): State | "unknown" {
  if (health === null || health.status === "unknown") return "unknown";
  if (health.status === "online") return "live";
  return health.breaker === "open" || health.consecutive_failures >= PATIENCE ? "offline" : "stale";
}

/** The share of polls that were answered since the start; null before the first. */
export function answeredShare({ query_count, error_count }: Health): number | null {
  return query_count === 0 ? null : 1 - Math.min(error_count, query_count) / query_count;
}

export type HealthWord = "unread" | "unknown" | "good" | "mostly" | "failing" | "open" | "half_open";

/** Which sentence tells how it is. */
export function healthWord(health: Health | null): HealthWord {
  if (health === null) return "unread";
  if (health.breaker !== "closed") return health.breaker;
  if (health.query_count === 0) return "unknown";
  if (health.consecutive_failures > 0) return "failing";
  return health.error_count === 0 ? "good" : "mostly";
}

/** Whether somebody has to act or wait, rather than enjoy. */
export function isTroubled(health: Health | null): boolean {
  return ["failing", "open", "half_open"].includes(healthWord(health));
}

/** Bytes and how long they last, as people say it. */

import i18next from "i18next";
import type { Schemas } from "../../api/questions.ts";

export type Storage = Schemas["Storage"];
export type Tier = Storage["tiers"][number];

/** A number of days in the largest unit that fits, such as "3 years"; null from a hundred years on. */
export function lasting(days: number): string | null {
  if (days >= 36_500) return null;
  if (days >= 730) return unit(days / 365.25, "year");
  if (days >= 60) return unit(days / 30.44, "month");
  return unit(days, "day");
}

function unit(value: number, name: string): string {
  const options = { style: "unit", unit: name, unitDisplay: "long", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(i18next.language, options).format(Math.floor(value));
}

/** Bytes that a stored reading takes; null before there is one. */
export function bytesPerReading(found: Storage): number | null {
  const raw = found.tiers.find(({ tier }) => tier === "raw");
  return raw === undefined || raw.rows === 0 ? null : raw.bytes / raw.rows;
}

/** Whether there is a day of readings, so that growth can be told from the first filling. */
export function isGrown({ oldest, newest }: Pick<Storage, "oldest" | "newest">): boolean {
  return oldest !== null && newest !== null && Date.parse(newest) - Date.parse(oldest) >= DAY;
}

const DAY = 86_400_000;

/** Each tier with its share of the room, from 0 to 1. */
export function sharesOf(tiers: readonly Tier[]): { tier: Tier; share: number }[] {
  const total = tiers.reduce((sum, { bytes }) => sum + bytes, 0);
  return tiers.map((tier) => ({ tier, share: total === 0 ? 0 : tier.bytes / total }));
}

/** Times in a plant's zone, as a language writes them. */

import { locale } from "./locale.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

const STYLES = {
  time: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { day: "numeric", month: "short", year: "numeric" },
  weekday: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  weekdayShort: { weekday: "short", day: "numeric" },
  weekdayOnly: { weekday: "short" },
  shortDay: { day: "numeric", month: "short" },
  month: { month: "long", year: "numeric" },
  shortMonth: { month: "short" },
  year: { year: "numeric" },
  moment: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeStyle = keyof typeof STYLES;

/** A moment (milliseconds of UTC, or as the API writes it) in a zone. */
export function time(moment: number | string, style: TimeStyle, zone: string): string {
  const key = `${locale()} ${style} ${zone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale(), { ...STYLES[style], timeZone: zone });
    formats.set(key, format);
  }
  return format.format(typeof moment === "string" ? Date.parse(moment) : moment);
}

const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
] as const;

/** How long ago something was, in its largest unit: "3 minutes ago". */
export function ago(milliseconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
  for (const [size, unit] of UNITS) {
    if (milliseconds >= size) return format.format(-Math.floor(milliseconds / size), unit);
  }
  return format.format(-Math.max(0, Math.floor(milliseconds / 1000)), "second");
}

/** A length of time: "2 h 15 min", "40 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours > 0) return `${unit(hours, "hour")} ${unit(minutes, "minute")}`;
  return minutes > 0 ? unit(minutes, "minute") : unit(whole, "second");
}

function unit(value: number, name: string): string {
  const options = { style: "unit", unit: name, unitDisplay: "short" } as const;
  return new Intl.NumberFormat(locale(), options).format(value);
}

/** Numbers with their units, as a language writes them. Missing is a dash, never a zero. */

import { locale } from "./locale.ts";

export const MISSING = "–";

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(digits: number, least = digits): Intl.NumberFormat {
  const key = `${locale()} ${digits} ${least}`;
  let format = formats.get(key);
  if (format === undefined) {
    const options = {
      maximumFractionDigits: digits,
      minimumFractionDigits: least,
      signDisplay: "negative", // what is rounded to nothing has no sign
    } as const;
    format = new Intl.NumberFormat(locale(), options);
    formats.set(key, format);
  }
  return format;
}

/** A number with so many digits behind its point. */
export function number(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined ? MISSING : formatOf(digits).format(value);
}

/** A number and its unit, apart, so that a screen may set the unit smaller. */
export interface Shown {
  value: string;
  unit: string;
}

/** Prefixes for watts, watt-hours and bytes of that size. */
const STEPS: Record<string, readonly (readonly [number, string])[]> = {
  W: [
    [1e6, "MW"],
    [1e3, "kW"],
  ],
  Wh: [
    [1e9, "GWh"],
    [1e6, "MWh"],
    [1e3, "kWh"],
  ],
  B: [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ],
};

/**
 * A value with the prefix of its size: 1234 W are 1.23 kW, 812 W stay watts. Below the first prefix it is shown
 * to `resolution`; watts and watt-hours are whole.
 */
export function scaled(
  value: number | null | undefined,
  unit: string,
  resolution: number | null = null,
): Shown {
  if (value === null || value === undefined) return { value: MISSING, unit };
  const seen = Number(value.toPrecision(3)); // 999.6 W are 1.00 kW
  for (const [size, prefixed] of STEPS[unit] ?? []) {
    if (Math.abs(seen) >= size) return { value: number(value / size, digitsOf(seen / size)), unit: prefixed };
  }
  return { value: number(value, unit in STEPS ? 0 : decimals(resolution)), unit };
}

/** The same in one text. */
export function withUnit(
  value: number | null | undefined,
  unit: string,
  resolution: number | null = null,
): string {
  const shown = scaled(value, unit, resolution);
  return shown.unit === "" || shown.value === MISSING ? shown.value : `${shown.value}\u00a0${shown.unit}`;
}

/** A share between 0 and 1 in percent. */
export function percent(share: number | null | undefined, digits = 0): string {
  return share === null || share === undefined ? MISSING : `${number(share * 100, digits)}\u00a0%`;
}

/** Three digits that count. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** Digits behind the point of something that is measured to 0.01, 0.1 or 1. */
export function decimals(resolution: number | null): number {
  return resolution === null ? 2 : Math.max(0, Math.ceil(-Math.log10(resolution) - 1e-9));
}

/** What the address of the history says: which time, of whom, and how it is shown. Nonsense is left out. */

export const PERIODS = ["day", "week", "month", "year", "all", "span"] as const;

export type PeriodKind = (typeof PERIODS)[number];

export interface HistorySearch {
  /** Without: a day. */
  period?: PeriodKind;
  /** A day within the period, such as 2026-06-21; without: today. */
  date?: string;
  /** Ends of a span: days, both of them within it, or moments such as 2026-06-21T08:15Z. */
  from?: string;
  to?: string;
  /** Serial number of an inverter; without: the plant. */
  device?: string;
  port?: number;
  /** `before`, `year` (the same a year before), or a day within another period; without: nothing. */
  compare?: string;
  /** `power`, `energy`, or a field of the catalogue such as `port.pv_voltage`; without: what suits the time. */
  measure?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}Z)?$/;
const COMPARE = /^(before|year|\d{4}-\d{2}-\d{2})$/;
const MEASURE = /^(power|energy|[a-z]{1,20}\.[a-z_]{1,40})$/;
const DEVICE = /^[A-Za-z0-9_-]{1,64}$/;

/** The router reads digits as numbers; a serial number is none. */
function text(given: unknown, pattern: RegExp): string | undefined {
  if (typeof given !== "string" && typeof given !== "number") return undefined;
  return pattern.test(String(given)) ? String(given) : undefined;
}

/** A search from whatever an address says. */
export function historySearch(given: Record<string, unknown>): HistorySearch {
  const device = text(given.device, DEVICE);
  const port = Number(text(given.port, /^\d{1,3}$/) ?? 0);
  return known({
    period: PERIODS.find((each) => each === given.period),
    date: text(given.date, DAY),
    from: text(given.from, MOMENT),
    to: text(given.to, MOMENT),
    device,
    port: device !== undefined && port > 0 ? port : undefined,
    compare: text(given.compare, COMPARE),
    measure: text(given.measure, MEASURE),
  });
}

/** A search in which undefined stands for what is not given. */
export type Loose = { [Name in keyof HistorySearch]?: HistorySearch[Name] | undefined };

/** Without the members that are not given. */
export function known(search: Loose): HistorySearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** What may be compared once the kind of period changes: a day that was chosen belongs to the kind before. */
export function keptCompare(compare: string | undefined): string | undefined {
  return compare === "before" || compare === "year" ? compare : undefined;
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayCalled, dayName, localOf, momentOf } from "../../sitetime/zone.ts";
import { periodOf } from "./period.ts";
import { brought, compared, shiftOf } from "./shift.ts";

const zone = "Europe/Warsaw";
const calendar = { zone, now: Date.UTC(2026, 5, 21, 10), first: 0 };
const period = (kind: "day" | "week" | "month" | "year", date: string) =>
  periodOf({ period: kind, date }, calendar);
const names = ({ start, end }: { start: number; end: number }) => [
  dayName(start, zone),
  dayName(end - 1, zone),
];

function against(kind: "day" | "week" | "month" | "year", date: string, compare: string) {
  const shown = period(kind, date);
  const shift = shiftOf(shown, compare, zone);
  return shift === null ? null : names(compared(shown, shift, zone));
}

describe("what a period is compared with", () => {
  test("is the one before", () => {
    expect(against("day", "2026-03-01", "before")).toEqual(["2026-02-28", "2026-02-28"]);
    expect(against("week", "2026-06-17", "before")).toEqual(["2026-06-08", "2026-06-14"]);
    expect(against("month", "2026-03-10", "before")).toEqual(["2026-02-01", "2026-02-28"]);
    expect(against("year", "2026-03-10", "before")).toEqual(["2025-01-01", "2025-12-31"]);
  });

  test("is the same a year before; of a week, the one that lies there from Monday", () => {
    expect(against("month", "2026-02-10", "year")).toEqual(["2025-02-01", "2025-02-28"]);
    expect(against("week", "2026-06-17", "year")).toEqual(["2025-06-16", "2025-06-22"]);
  });

  test("is one chosen by a day within it, and never itself", () => {
    expect(against("month", "2026-06-17", "2024-02-14")).toEqual(["2024-02-01", "2024-02-29"]);
    expect(against("month", "2026-06-17", "2026-06-01")).toBeNull();
    expect(shiftOf(period("day", "2026-06-17"), "no day", zone)).toBeNull();
  });
});

describe("what is compared lies", () => {
  test("by the day of the month, and a 31st has no counterpart in February", () => {
    const days = [30, 31].map((day) => momentOf(zone, 2026, 1, day, 12));
    const drawn = brought(days, { months: 1, days: 0 }, zone);
    expect(drawn).toEqual([null, null]);
    const fifth = brought([momentOf(zone, 2026, 1, 5, 12)], { months: 1, days: 0 }, zone)[0] ?? 0;
    expect(localOf(fifth, zone)).toMatchObject({ month: 2, day: 5, hour: 12 });
  });

  test("noon on noon, where the days between have 23 or 25 hours and on those days", () => {
    const shown = dayCalled("2026-03-29", zone) ?? 0;
    const drawn = brought([momentOf(zone, 2026, 3, 28, 12)], { months: 0, days: 1 }, zone);
    expect(drawn).toEqual([momentOf(zone, 2026, 3, 29, 12)]);
    expect((drawn[0] ?? 0) - shown).toBe(11 * 3_600_000);
  });

  test("by date and clock, wherever it comes from", () => {
    const hours = fc.integer({ min: 0, max: 4 * 365 * 24 });
    const shifts = fc.record({ months: fc.constantFrom(0, 1, 12), days: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(hours, shifts, (hour, shift) => {
        const moment = Date.UTC(2022, 0, 1) + hour * 3_600_000;
        const from = localOf(moment, zone);
        const drawn = brought([moment], shift, zone)[0];
        if (drawn === null || drawn === undefined) return;
        const to = localOf(drawn, zone);
        const skipped = to.hour !== from.hour && from.hour === 2; // the hour that an October has twice, a March never
        expect(to.hour === from.hour || skipped).toBe(true);
        const date = new Date(Date.UTC(from.year, from.month - 1 + shift.months, from.day + shift.days));
        expect([to.month, to.day]).toEqual([date.getUTCMonth() + 1, date.getUTCDate()]);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayCalled, dayName, localOf, momentOf, offsetAt, startOf, type Unit } from "./zone.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Europe/Warsaw",
  "America/St_Johns",
  "America/Santiago",
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Antarctica/Troll",
];
const HOUR = 3600_000;

const zones = fc.constantFrom(...ZONES);
const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
/** Within two days of a change of Berlin's, Santiago's or Lord Howe's clocks, or of the day that Apia skipped. */
const nearChanges = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2026, 8, 6, 4),
      Date.UTC(2026, 3, 5, 3),
      Date.UTC(2026, 9, 3, 15, 30),
      Date.UTC(2011, 11, 30, 10),
    ),
    fc.integer({ min: -48 * HOUR, max: 48 * HOUR }),
  )
  .map(([change, away]) => change + away);
const anyTime = fc.oneof(moments, nearChanges);

/** What clocks show, by another way through Intl: "2026-06-21 13:10:00" sorts as time does. */
function shown(moment: number, zone: string): string {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: zone });
}

function written({ year, month, day, hour, minute, second }: ReturnType<typeof localOf>): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

describe("a moment in a zone", () => {
  test("is what its clocks show", () => {
    fc.assert(
      fc.property(anyTime, zones, (moment, zone) => {
        expect(written(localOf(moment, zone))).toBe(shown(moment, zone));
      }),
    );
  });

  test("is ahead of UTC by half and quarter hours, too", () => {
    const at = Date.UTC(2026, 5, 21);
    expect(offsetAt(at, "Asia/Kathmandu")).toBe(5.75 * HOUR);
    expect(offsetAt(at, "Australia/Lord_Howe")).toBe(10.5 * HOUR);
    expect(offsetAt(at + 999, "America/St_Johns")).toBe(-2.5 * HOUR);
    expect(offsetAt(-1, "UTC")).toBe(0);
  });
});

describe("the moment of a time on the clock", () => {
  test("is the first that shows it", () => {
    fc.assert(
      fc.property(anyTime, zones, (any, zone) => {
        const whole = Math.floor(any / 60_000) * 60_000;
        const local = localOf(whole, zone);
        const found = momentOf(zone, local.year, local.month, local.day, local.hour, local.minute);
        expect(found).toBeLessThanOrEqual(whole);
        expect(shown(found, zone)).toBe(shown(whole, zone));
        expect(shown(found - 1000, zone) < shown(found, zone)).toBe(true);
      }),
    );
  });

  test("is the moment at which clocks went on, where they skipped it", () => {
    expect(momentOf("Europe/Berlin", 2026, 3, 29, 2, 30)).toBe(Date.UTC(2026, 2, 29, 1));
    expect(momentOf("America/Santiago", 2026, 9, 6)).toBe(Date.UTC(2026, 8, 6, 4));
    expect(momentOf("Pacific/Apia", 2011, 12, 30, 12)).toBe(Date.UTC(2011, 11, 30, 10));
  });

  test("is the earlier one, where they show it twice", () => {
    expect(momentOf("Europe/Berlin", 2026, 10, 25, 2, 30)).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  test("may overflow months and days", () => {
    expect(momentOf("UTC", 2026, 13, 1)).toBe(Date.UTC(2027, 0, 1));
    expect(momentOf("UTC", 2026, 3, 0)).toBe(Date.UTC(2026, 1, 28));
  });
});

const units = fc.constantFrom<Unit>("day", "week", "month", "year");

describe("days, weeks, months and years", () => {
  test("hold the moment, and follow on each other", () => {
    fc.assert(
      fc.property(units, anyTime, zones, (unit, moment, zone) => {
        const start = startOf(unit, moment, zone);
        const following = startOf(unit, moment, zone, 1);
        expect(start).toBeLessThanOrEqual(moment);
        expect(following).toBeGreaterThan(moment);
        expect(startOf(unit, start, zone)).toBe(start);
        expect(startOf(unit, following - 1, zone)).toBe(start);
      }),
    );
  });

  test("begin with the first second of their first day", () => {
    fc.assert(
      fc.property(units, anyTime, zones, (unit, moment, zone) => {
        const start = startOf(unit, moment, zone);
        const { month, day } = localOf(start, zone);
        expect(dayName(start - 1, zone)).not.toBe(dayName(start, zone));
        if (unit === "month") expect(day).toBe(1);
        if (unit === "year") expect([month, day]).toEqual([1, 1]);
        if (unit === "week" && zone !== "Pacific/Apia") expect(weekday(start, zone)).toBe("Monday");
      }),
    );
  });

  test("of a year are as long together as it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2001, max: 2039 }), zones, (year, zone) => {
        const end = momentOf(zone, year + 1, 1, 1);
        let [day, days] = [momentOf(zone, year, 1, 1), 0];
        while (day < end) [day, days] = [startOf("day", day, zone, 1), days + 1];
        expect(day).toBe(end);
        const skipped = zone === "Pacific/Apia" && year === 2011 ? 1 : 0;
        expect(days).toBe((Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / (24 * HOUR) - skipped);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ["Europe/Berlin", 2026, 3, 29, 23],
    ["Europe/Berlin", 2026, 10, 25, 25],
    ["Europe/Berlin", 2026, 6, 21, 24],
    ["Australia/Lord_Howe", 2026, 4, 5, 24.5],
    ["Australia/Lord_Howe", 2026, 10, 4, 23.5],
    ["Antarctica/Troll", 2026, 3, 29, 22],
    ["America/Santiago", 2026, 9, 6, 23],
  ])("in %s, %i-%i-%i has %f hours", (zone, year, month, day, hours) => {
    const start = startOf("day", momentOf(zone, year, month, day, 12), zone);
    expect(startOf("day", start, zone, 1) - start).toBe(hours * HOUR);
  });
});

describe("a day's name", () => {
  test("leads back to the day", () => {
    fc.assert(
      fc.property(anyTime, zones, (moment, zone) => {
        expect(dayCalled(dayName(moment, zone), zone)).toBe(startOf("day", moment, zone));
      }),
    );
  });

  test.each(["2026-02-30", "2026-13-01", "2026-6-1", "today", "", "2026-06-21T00:00"])(
    "is none of a day: %s",
    (name) => expect(dayCalled(name, "Europe/Berlin")).toBeNull(),
  );

  test("is none of a day that was skipped", () => {
    expect(dayCalled("2011-12-30", "Pacific/Apia")).toBeNull();
    expect(dayCalled("2011-12-31", "Pacific/Apia")).toBe(Date.UTC(2011, 11, 30, 10));
  });
});

function weekday(moment: number, zone: string): string {
  return new Date(moment).toLocaleString("en-GB", { timeZone: zone, weekday: "long" });
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Day,
  dayAfterKey,
  firstFocus,
  levelOf,
  monthsOf,
  type Quality,
  summaryOf,
  yearsOf,
} from "./calendar.ts";

const BERLIN = "Europe/Berlin";

function row(day: string, completeness: number | null, more: Partial<Quality> = {}): Quality {
  const judged = {
    zero_glitch: 0,
    implausible: 0,
    frozen: 0,
    counter_fall: 0,
    counter_jump: 0,
    counter_wrap: 0,
    suspect_time: 0,
    replaced_value: 0,
  };
  const expected = completeness === null ? null : 1000;
  const readings = Math.round((completeness ?? 0) * 1000);
  const local = { local_start: `${day}T00:00:00+01:00`, local_end: `${day}T00:00:00+01:00` };
  return { start: day, end: day, ...local, readings, expected, completeness, ...judged, ...more };
}

function days(year: number, rows: readonly Quality[] = []): Day[] {
  return monthsOf(year, BERLIN, rows).flatMap((month) => month.days);
}

describe("a year of days", () => {
  it("has every day once, each under its weekday", () => {
    const years = fc.integer({ min: 1971, max: 2099 });
    fc.assert(
      fc.property(years, (year) => {
        const months = monthsOf(year, BERLIN, []);
        const all = months.flatMap((month) => month.days);
        expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
        expect(all.length).toBe(year % 4 === 0 ? 366 : 365);
        months.forEach((month, index) => {
          const before = months[index - 1];
          if (before === undefined) return;
          expect((before.skipped + before.days.length) % 7).toBe(month.skipped);
        });
      }),
      { numRuns: 20 },
    );
  });

  it("begins days at midnight of the zone, also where the clocks change", () => {
    const changed = days(2026).find(({ name }) => name === "2026-03-30");
    expect(changed?.moment).toBe(Date.parse("2026-03-29T22:00:00Z"));
  });

  it("knows how complete a day is", () => {
    expect([0.995, 0.97, 0.6, 0.1, 0].map((share) => levelOf(row("2026-03-01", share)))).toEqual([
      "whole",
      "nearly",
      "half",
      "little",
      "none",
    ]);
    expect(levelOf(undefined)).toBe("outside");
    expect(levelOf(row("2026-03-01", null, { readings: 5 }))).toBe("some");
  });

  it("is summed up by its worst day and what was repaired", () => {
    const rows = [
      row("2026-03-01", 1),
      row("2026-03-02", 0.4, { counter_fall: 2, zero_glitch: 3 }),
      row("2026-03-03", 0.9),
      row("2026-03-04", 0),
    ];
    const summary = summaryOf(monthsOf(2026, BERLIN, rows));
    expect(summary).toMatchObject({ days: 4, whole: 1, empty: 1, repaired: 2 });
    expect(summary.worst?.name).toBe("2026-03-02");
  });
});

describe("keys in the calendar", () => {
  it("move by days, weeks and months, and stay in the year", () => {
    const all = days(2026);
    expect(dayAfterKey("ArrowRight", "2026-01-31", all)).toBe("2026-02-01");
    expect(dayAfterKey("ArrowUp", "2026-03-04", all)).toBe("2026-02-25");
    expect(dayAfterKey("ArrowLeft", "2026-01-01", all)).toBe("2026-01-01");
    expect(dayAfterKey("End", "2026-01-01", all)).toBe("2026-12-31");
    expect(dayAfterKey("a", "2026-01-01", all)).toBeNull();
  });

  it("begin at today, or at the last day of which something is known", () => {
    const all = days(2026, [row("2026-03-01", 1), row("2026-03-02", 1)]);
    expect(firstFocus(all, Date.parse("2026-03-01T12:00:00Z"), BERLIN)).toBe("2026-03-01");
    expect(firstFocus(all, Date.parse("2027-05-01T12:00:00Z"), BERLIN)).toBe("2026-03-02");
    expect(firstFocus(days(2026), Date.parse("2027-05-01T12:00:00Z"), BERLIN)).toBe("2026-01-01");
  });
});

describe("the years to choose from", () => {
  it("go from the newest to the oldest, and hold the one that was asked for", () => {
    const now = Date.parse("2026-06-01T00:00:00Z");
    expect(yearsOf("2024-05-01T00:00:00Z", now, BERLIN, 2026)).toEqual([2026, 2025, 2024]);
    expect(yearsOf(null, now, BERLIN, 2030)).toEqual([2030, 2026]);
  });
});

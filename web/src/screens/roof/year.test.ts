import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayAt,
  daysOf,
  HOURS,
  hourAt,
  monthHours,
  monthStarts,
  nameOfDay,
  pixelsOf,
  type Rgb,
  summaryOf,
  yearOf,
} from "./year.ts";

const SCALE: Rgb[] = [
  [0, 0, 0],
  [100, 50, 0],
  [200, 100, 0],
];

const rows = fc.array(
  fc.record({
    day: fc.nat(364),
    hour: fc.nat(23),
    energy: fc.option(fc.nat(5000), { nil: null }),
  }),
  { maxLength: 60 },
);

function columns(found: { day: number; hour: number; energy: number | null }[], year = 2026) {
  return {
    local_start: found.map(
      ({ day, hour }) => `${nameOfDay(year, day)}T${String(hour).padStart(2, "0")}:00:00+01:00`,
    ),
    energy: found.map(({ energy }) => energy),
  };
}

describe("a year of hours", () => {
  it("has a day more in leap years", () => {
    expect([daysOf(2026), daysOf(2028)]).toEqual([365, 366]);
    expect(monthStarts(2028).slice(0, 4)).toEqual([0, 31, 60, 91]);
    expect(nameOfDay(2028, 59)).toBe("2028-02-29");
  });

  it("loses no energy: hours, days, months and the whole add up to the same", () => {
    fc.assert(
      fc.property(rows, (found) => {
        const year = yearOf(columns(found), 2026);
        const total = found.reduce((sum, { energy }) => sum + (energy ?? 0), 0);
        const months = monthHours(year).flat();
        expect(months.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBe(total);
        expect(summaryOf(year)?.total ?? 0).toBe(total);
      }),
    );
  });

  it("tells missing from nothing", () => {
    const year = yearOf(columns([{ day: 3, hour: 0, energy: 0 }]), 2026);
    expect(hourAt(year, 3, 0)).toBe(0);
    expect(hourAt(year, 3, 1)).toBeNull();
    expect(dayAt(year, 3)).toBe(0);
    expect(dayAt(year, 4)).toBeNull();
    expect(summaryOf(yearOf({}, 2026))).toBeNull();
  });

  it("adds up an hour that clocks show twice, and passes other years over", () => {
    const twice = { local_start: ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"], energy: [3, 4] };
    expect(hourAt(yearOf(twice, 2026), 297, 2)).toBe(7);
    expect(summaryOf(yearOf(twice, 2025))).toBeNull();
  });

  it("knows its best day and hour", () => {
    const year = yearOf(
      columns([
        { day: 10, hour: 12, energy: 5 },
        { day: 11, hour: 12, energy: 4 },
        { day: 11, hour: 13, energy: 4 },
      ]),
      2026,
    );
    expect(summaryOf(year)).toEqual({ total: 13, bestDay: 11, bestDayEnergy: 8, bestHour: 12, known: 2 });
  });
});

describe("its scale", () => {
  it("reaches as far as hours do, but for one that holds what was missing before", () => {
    const found = Array.from({ length: 300 }, (_, day) => ({ day, hour: 12, energy: 1000 + day }));
    found.push({ day: 310, hour: 19, energy: 90_000 });
    expect(yearOf(columns(found), 2026).most).toBe(1299);
    expect(yearOf({}, 2026).most).toBe(0);
  });
});

describe("its picture", () => {
  it("has a column for a day and a row for an hour, clear where nothing is known", () => {
    const year = yearOf(
      columns([
        { day: 0, hour: 1, energy: 10 },
        { day: 2, hour: 0, energy: 0 },
      ]),
      2026,
    );
    const pixels = pixelsOf(year, SCALE);
    const at = (day: number, hour: number) => [...pixels.slice((hour * 365 + day) * 4).slice(0, 4)];
    expect(pixels.length).toBe(365 * HOURS * 4);
    expect(at(0, 1)).toEqual([200, 100, 0, 255]);
    expect(at(2, 0)).toEqual([0, 0, 0, 255]);
    expect(at(1, 1)).toEqual([0, 0, 0, 0]);
  });

  it("is drawn of a dark year too, without dividing by nothing", () => {
    const pixels = pixelsOf(yearOf(columns([{ day: 0, hour: 0, energy: 0 }]), 2026), SCALE);
    expect([...pixels.slice(0, 4)]).toEqual([0, 0, 0, 255]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayName, startOf } from "../../sitetime/zone.ts";
import { neighbour, periodOf, spanSearch } from "./period.ts";

const zone = "Europe/Warsaw";
const now = Date.UTC(2026, 5, 21, 10);
const calendar = { zone, now, first: Date.UTC(2016, 9, 3) };
const HOUR = 3_600_000;

describe("the period that is meant", () => {
  test("is today without any word", () => {
    const { start, end } = periodOf({}, calendar);
    expect([dayName(start, zone), end - start]).toEqual(["2026-06-21", 24 * HOUR]);
  });

  test("is a week from Monday", () => {
    const { start, end } = periodOf({ period: "week", date: "2026-06-21" }, calendar);
    expect([dayName(start, zone), dayName(end, zone)]).toEqual(["2026-06-15", "2026-06-22"]);
  });

  test("has 23 or 25 hours where the clocks change", () => {
    const lengths = ["2026-03-29", "2026-10-25"].map((date) => {
      const { start, end } = periodOf({ period: "day", date }, calendar);
      return (end - start) / HOUR;
    });
    expect(lengths).toEqual([23, 25]);
  });

  test("is all years from the plant's first to this one", () => {
    const { start, end } = periodOf({ period: "all" }, calendar);
    expect([dayName(start, zone), dayName(end, zone)]).toEqual(["2016-01-01", "2027-01-01"]);
  });

  test("is a span with both of its days, in whatever order they come", () => {
    const { start, end } = periodOf({ period: "span", from: "2026-06-09", to: "2026-06-02" }, calendar);
    expect([dayName(start, zone), dayName(end, zone)]).toEqual(["2026-06-02", "2026-06-10"]);
  });

  test("is never empty", () => {
    const period = periodOf({ period: "span", from: "2026-06-09T10:00Z", to: "2026-06-09T10:00Z" }, calendar);
    expect(period.end).toBeGreaterThan(period.start);
  });
});

describe("the neighbours", () => {
  test("end at now and at the plant's first day", () => {
    expect(neighbour(periodOf({}, calendar), 1, calendar)).toBeNull();
    expect(neighbour(periodOf({ period: "year", date: "2016-12-01" }, calendar), -1, calendar)).toBeNull();
  });

  test("of a span are as long as it is", () => {
    const span = periodOf({ period: "span", from: "2026-06-02", to: "2026-06-04" }, calendar);
    expect(neighbour(span, -1, calendar)).toEqual({ period: "span", from: "2026-05-30", to: "2026-06-01" });
  });

  test("lead there and back", () => {
    const days = fc.integer({ min: 20, max: 3000 });
    const units = fc.constantFrom("day", "week", "month", "year");
    fc.assert(
      fc.property(days, units, (back, kind) => {
        const date = dayName(startOf("day", now, zone, -back), zone);
        const period = periodOf({ period: kind, date }, { ...calendar, first: 0 });
        const before = neighbour(period, -1, { ...calendar, first: 0 });
        expect(before).not.toBeNull();
        const shown = periodOf(before ?? {}, calendar);
        expect(shown.end).toBe(period.start);
      }),
    );
  });
});

test("a span is written by its days, or to the minute", () => {
  const { start, end } = periodOf({ period: "span", from: "2026-03-28", to: "2026-03-30" }, calendar);
  expect(spanSearch({ start, end }, zone)).toEqual({ period: "span", from: "2026-03-28", to: "2026-03-30" });
  expect(spanSearch({ start: start + 60_000, end }, zone).from).toBe("2026-03-27T23:01Z");
});

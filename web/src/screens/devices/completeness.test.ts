import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Counted, daysOf, summed } from "./completeness.ts";

const ZONE = "Europe/Berlin";
const NOW = Date.parse("2026-06-21T12:00:00+02:00");

function counted(start: string, completeness: number | null, more: Partial<Counted> = {}): Counted {
  const judged = { zero_glitch: 0, implausible: 0, frozen: 0, counter_fall: 0, counter_jump: 0 };
  const rest = { counter_wrap: 0, suspect_time: 0, replaced_value: 0 };
  return { start, readings: 288, expected: 288, completeness, ...judged, ...rest, ...more };
}

describe("the completeness of days", () => {
  it("is that of each day of the plant's calendar", () => {
    const items = [counted("2026-06-19T22:00:00Z", 0.5, { zero_glitch: 2, counter_fall: 1 })];
    const days = daysOf(items, 3, NOW, ZONE, 0);
    expect(days.map(({ share, judged }) => [share, judged])).toEqual([
      [0, 0],
      [0.5, 3],
      [0, 0],
    ]);
  });

  it("is unknown before the device was seen, and none where nothing was read afterwards", () => {
    const days = daysOf([], 3, NOW, ZONE, Date.parse("2026-06-20T12:00:00+02:00"));
    expect(days.map(({ share }) => share)).toEqual([null, 0, 0]);
  });

  it("is summed over the days that count", () => {
    const days = daysOf(
      [counted("2026-06-20T22:00:00Z", 1)],
      3,
      NOW,
      ZONE,
      Date.parse("2026-06-20T12:00:00Z"),
    );
    expect(summed(days)).toEqual({ share: 0.5, short: 1 });
    expect(summed([])).toEqual({ share: null, short: 0 });
  });

  it("has each day once, also when clocks change", () => {
    const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(moments, (now) => {
        const starts = daysOf([], 30, now, ZONE, 0).map(({ start }) => start);
        const lengths = starts.slice(1).map((start, place) => (start - (starts[place] ?? 0)) / 3600_000);
        expect(lengths.every((hours) => hours >= 23 && hours <= 25)).toBe(true);
        expect(starts.at(-1)).toBeLessThanOrEqual(now);
      }),
      { numRuns: 30 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startOf } from "../../sitetime/zone.ts";
import { byNow, median, type Quarter, summed, todayCurve, usualCurve } from "./usual.ts";

const ZONE = "Europe/Berlin";
const QUARTER = 15 * 60_000;
const NOON = Date.UTC(2026, 5, 21, 10);

/** Whole days that bring so many Wh in each of their quarter hours. */
function days(energies: readonly number[], now: number): Quarter[] {
  return energies.flatMap((energy, index) => {
    const from = startOf("day", now, ZONE, index - energies.length);
    const to = startOf("day", now, ZONE, index - energies.length + 1);
    const quarters: Quarter[] = [];
    for (let start = from; start < to; start += QUARTER) quarters.push({ start, energy });
    return quarters;
  });
}

describe("energy by this time of day", () => {
  test("counts the quarter hours that clocks had shown by now", () => {
    expect(byNow(days([1, 2], NOON), NOON, ZONE)).toEqual([48, 96]);
  });

  test("counts of the quarter that goes on as much as is over", () => {
    expect(byNow(days([4], NOON), NOON + QUARTER / 2, ZONE)).toEqual([4 * 48 + 2]);
  });

  test("leaves today out", () => {
    expect(byNow([{ start: startOf("day", NOON, ZONE), energy: 7 }], NOON, ZONE)).toEqual([]);
  });

  test("a day on which clocks were put back has its hour twice", () => {
    const now = Date.UTC(2026, 9, 26, 11);
    expect(byNow(days([1], now), now, ZONE)).toEqual([52]);
  });
});

describe("the median", () => {
  test("of nothing is nothing", () => expect(median([])).toBeNull());

  test("has as many below as above", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("curves", () => {
  test("what is usual is the power around each time of day", () => {
    const { times, values } = usualCurve(days([10, 20, 90], NOON), NOON, ZONE);
    expect(times).toHaveLength(96);
    expect(new Set(values)).toEqual(new Set([80]));
  });

  test("today is drawn up to the last quarter hour that is over", () => {
    const start = startOf("day", NOON, ZONE);
    const quarters = [0, 1, 2].map((index) => ({ start: start + index * QUARTER, energy: index }));
    expect(todayCurve(quarters, start + 2.5 * QUARTER, ZONE).values).toEqual([0, 4]);
  });

  test("what a counter catches up after a gap is no power", () => {
    const start = startOf("day", NOON, ZONE);
    const quarters = [0, 1, 5, 6].map((index) => ({
      start: start + index * QUARTER,
      energy: index === 5 ? 900 : 10,
    }));
    expect(todayCurve(quarters, NOON, ZONE).values).toEqual([40, 40, 40]);
  });

  test("ports that were read together are added up, and what is missing is not zero", () => {
    const powers = [
      { at: 300, power: null },
      { at: 0, power: 100 },
      { at: 0, power: 50 },
      { at: 0, power: null },
    ];
    expect(summed(powers)).toEqual({ times: [0, 300], values: [150, null] });
  });
});

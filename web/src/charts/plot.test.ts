import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alone, rangeOf, tickStyle } from "./plot.ts";

describe("the ticks of a time axis", () => {
  test.each([
    [1, "seconds"],
    [59, "seconds"],
    [60, "time"],
    [6 * 3600, "time"],
    [86_400, "shortDay"],
    [7 * 86_400, "shortDay"],
    [28 * 86_400, "shortMonth"],
    [31 * 86_400, "shortMonth"],
    [365 * 86_400, "year"],
  ])("%i seconds apart are written by %s", (seconds, style) => expect(tickStyle(seconds)).toBe(style));
});

describe("the range of a value axis", () => {
  const values = fc.tuple(
    fc.double({ min: -1e4, max: 1e4, noNaN: true }),
    fc.double({ min: 0, max: 1e4, noNaN: true }),
  );

  test.each(["W", "Wh", "A", "%"])("has zero in it for %s, so that heights can be compared", (unit) => {
    fc.assert(
      fc.property(values, ([low, more]) => {
        const [bottom, top] = rangeOf(unit, low, low + more);
        expect(bottom).toBeLessThanOrEqual(Math.min(0, low));
        expect(top).toBeGreaterThanOrEqual(Math.max(0, low + more));
        expect(top).toBeGreaterThan(bottom);
      }),
    );
  });

  test.each(["V", "Hz", "°C"])("shows %s where they are, with room", (unit) => {
    fc.assert(
      fc.property(values, ([low, more]) => {
        const [bottom, top] = rangeOf(unit, low, low + more);
        expect(bottom).toBeLessThan(low);
        expect(top).toBeGreaterThan(low + more);
      }),
    );
    expect(rangeOf("V", 229, 231)[0]).toBeGreaterThan(220);
  });

  test("is one where nothing was measured, or nothing but zero", () => {
    expect(rangeOf("W", null, null)).toEqual([0, 1]);
    expect(rangeOf("W", 0, 0)).toEqual([0, 1]);
  });
});

describe("a value that stands alone", () => {
  test("is a dot", () => {
    expect(alone([5])).toEqual([0]);
    expect(alone([null, 5, null, 6, 7, null, 8])).toEqual([1, 6]);
  });

  test("has its neighbours beyond times at which it was not measured", () => {
    expect(alone([5, undefined, 6, null, undefined, 7])).toEqual([5]);
  });
});

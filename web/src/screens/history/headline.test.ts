import { describe, expect, test } from "vitest";
import { change, highest, missingShare, perDay } from "./headline.ts";

const DAY = 86_400_000;
const days = {
  times: [0, DAY, 2 * DAY, 3 * DAY],
  ends: [DAY, 2 * DAY, 3 * DAY, 4 * DAY],
  values: [1000, null, 3000, 200],
  gaps: [],
};

describe("numbers of a period", () => {
  test("name the best day within it", () => {
    expect(highest(days, { start: 0, end: 4 * DAY })).toEqual({ value: 3000, start: 2 * DAY, end: 3 * DAY });
    expect(highest(days, { start: DAY, end: 2 * DAY })).toBeNull();
  });

  test("take the mean of days that are over and known", () => {
    expect(perDay(days, { start: 0, end: 4 * DAY }, 3.5 * DAY)).toBe(2000);
    expect(perDay(days, { start: 3 * DAY, end: 4 * DAY }, 3.5 * DAY)).toBe(200);
    expect(perDay(days, { start: DAY, end: 2 * DAY }, 9 * DAY)).toBeNull();
  });

  test("compare with something only", () => {
    expect(change(110, 100)).toBeCloseTo(0.1);
    expect([change(110, 0), change(null, 100), change(110, null)]).toEqual([null, null, null]);
  });

  test("weigh what is missing by what was expected", () => {
    const of = (expected: number | null, completeness: number | null) => ({ expected, completeness });
    expect(missingShare([of(100, 1), of(300, 0.5), of(null, null)])).toBeCloseTo(150 / 400);
    expect(missingShare([])).toBeNull();
  });
});

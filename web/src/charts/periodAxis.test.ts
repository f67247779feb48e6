import { describe, expect, test } from "vitest";
import { nameEvery, nameStyle } from "./periodAxis.ts";

const HOUR = 3600;

describe("names under bars", () => {
  test("stand under each where there is room, else at even distances", () => {
    expect([90, 40, 30, 12, 3].map((width) => nameEvery(width, 30))).toEqual([1, 2, 2, 5, 30]);
    expect([90, 30, 15].map((width) => nameEvery(width, 12))).toEqual([1, 2, 6]);
    expect([60, 20, 8].map((width) => nameEvery(width, 24))).toEqual([1, 3, 12]);
  });

  test("are hours, weekdays of a week, days, months and years", () => {
    const styles = [
      [HOUR, 24, 40],
      [24 * HOUR, 7, 140],
      [24 * HOUR, 7, 44],
      [23 * HOUR, 31, 40],
      [28 * 24 * HOUR, 12, 80],
      [365 * 24 * HOUR, 10, 90],
    ].map(([length = 0, shown = 0, width = 0]) => nameStyle(length, shown, width));
    expect(styles).toEqual(["time", "weekdayShort", "weekdayOnly", "shortDay", "shortMonth", "year"]);
  });
});

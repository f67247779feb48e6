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
      [HOUR, 24],
      [24 * HOUR, 7],
      [23 * HOUR, 31],
      [28 * 24 * HOUR, 12],
      [365 * 24 * HOUR, 10],
    ].map(([length = 0, shown = 0]) => nameStyle(length, shown));
    expect(styles).toEqual(["time", "weekdayShort", "shortDay", "shortMonth", "year"]);
  });
});

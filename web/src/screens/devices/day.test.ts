import { describe, expect, it } from "vitest";
import { extremes, seriesOf, sharesOn } from "./day.ts";

function period(minutes: number, mean: number | null, measurement = "temperature") {
  return { start: new Date(Date.UTC(2026, 5, 21, 0, minutes)).toISOString(), measurement, mean };
}

const MIDNIGHT = Date.UTC(2026, 5, 21) / 1000;

describe("a day of a measurement", () => {
  it("is drawn by its own periods, in their order", () => {
    const found = seriesOf([period(15, 2), period(0, 1), period(0, 230, "grid_voltage")], "temperature");
    expect(found).toEqual({ times: [MIDNIGHT, MIDNIGHT + 900], values: [1, 2] });
  });

  it("has a gap where a quarter is absent", () => {
    expect(seriesOf([period(0, 1), period(45, 2)], "temperature").values).toEqual([1, null, 2]);
  });

  it("has none where it is polled more rarely than that", () => {
    expect(seriesOf([period(0, 1), period(45, 2)], "temperature", 2700).values).toEqual([1, 2]);
  });

  it("is told by its lowest, highest and last value that is known", () => {
    expect(extremes([3, null, 1, 2, null])).toEqual({ lowest: 1, highest: 3, last: 2 });
    expect(extremes([null])).toEqual({ lowest: null, highest: null, last: null });
  });

  it("counts a link as the percentage of readings that had it", () => {
    expect(sharesOn([1, 0, 0.25, null, 3])).toEqual([100, 0, 25, null, 100]);
  });
});

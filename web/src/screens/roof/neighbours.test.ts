import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medians, neighboursOf, sharedOver, tableOf, valuesOf } from "./neighbours.ts";

const COLUMNS = {
  start: ["2026-06-14T01:00:00Z", "2026-06-14T00:00:00Z", "2026-06-14T00:00:00Z", "2026-06-14T01:00:00Z"],
  serial_number: ["a", "a", "b", "c"],
  port_number: [1, 1, 1, 1],
  energy: [10, null, 4, 6],
};

describe("ports beside each other", () => {
  it("share their times", () => {
    const table = tableOf(COLUMNS, "energy");
    expect(table.times).toEqual([1781395200, 1781398800]);
    expect(valuesOf(table, "a/1")).toEqual([null, 10]);
    expect(valuesOf(table, "nobody/1")).toEqual([null, null]);
    expect(medians(table, ["b/1", "c/1"])).toEqual([4, 6]);
    expect(medians(table, [])).toEqual([null, null]);
  });

  it("are compared only where both are known", () => {
    expect(sharedOver([1, null, 3], [2, 9, null])).toBe(0.5);
    expect(sharedOver([null], [2])).toBeNull();
    expect(sharedOver([1], [0])).toBeNull();
  });

  it("are as good as themselves", () => {
    const values = fc.array(fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null }), { minLength: 1 });
    fc.assert(
      fc.property(values, (own) => {
        const known = own.some((value) => value !== null);
        expect(sharedOver(own, own)).toBe(known ? 1 : null);
      }),
    );
  });

  it("are neighbours within a field, and none of themselves", () => {
    const found = new Map([
      ["a/1", 0],
      ["a/2", 0],
      ["b/1", 1],
    ]);
    expect(neighboursOf("a/1", found)).toEqual(["a/2"]);
    expect(neighboursOf("b/1", found)).toEqual([]);
  });
});

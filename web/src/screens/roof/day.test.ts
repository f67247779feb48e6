import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentOf } from "../../sitetime/zone.ts";
import {
  brightest,
  type Day,
  lightOf,
  outline,
  plantQuarters,
  QUARTER,
  quarters,
  quartersOf,
  runningSums,
} from "./day.ts";

function berlin(month: number, day: number): Day {
  return {
    start: momentOf("Europe/Berlin", 2026, month, day),
    end: momentOf("Europe/Berlin", 2026, month, day + 1),
  };
}

const some = fc.array(fc.option(fc.nat(1000), { nil: null }), { minLength: 1, maxLength: 100 });

describe("a day in quarter hours", () => {
  it("is shorter and longer where clocks change", () => {
    expect([berlin(3, 29), berlin(6, 14), berlin(10, 25)].map(quarters)).toEqual([92, 96, 100]);
  });

  it("holds each row at its place, and nothing where there is no row", () => {
    const day = berlin(10, 25);
    const at = (quarter: number) => new Date(day.start + quarter * QUARTER).toISOString();
    const found = quartersOf(
      {
        start: [at(0), at(99), at(0), at(-1)],
        serial_number: ["a", "a", "b", "a"],
        port_number: [1, 1, 2, 1],
        mean: [5, 7, null, 9],
      },
      "mean",
      day,
    );
    expect([...found.keys()]).toEqual(["a/1", "b/2"]);
    expect(found.get("a/1")?.[0]).toBe(5);
    expect(found.get("a/1")?.[99]).toBe(7);
    expect(found.get("a/1")?.filter((each) => each !== null).length).toBe(2);
    expect(found.get("b/2")?.[0]).toBeNull();
  });

  it("adds up what is known", () => {
    expect(runningSums([null, 1, null, 2])).toEqual([null, 1, 1, 3]);
    fc.assert(
      fc.property(some, (values) => {
        const known = values.filter((value) => value !== null);
        const sum = known.reduce((total, value) => total + value, 0);
        expect(runningSums(values).at(-1)).toBe(known.length === 0 ? null : sum);
      }),
    );
  });

  it("adds up ports without taking missing for nothing", () => {
    const ports = new Map([
      ["a/1", [null, 1, 2]],
      ["a/2", [null, null, 3]],
    ]);
    expect(plantQuarters(ports, 3)).toEqual([null, 1, 5]);
  });

  it("is light between its first and its last energy, and brightest in between", () => {
    expect(lightOf([null, 0, 2, 5, 0])).toEqual([2, 3]);
    expect(lightOf([null, 0])).toEqual([0, 1]);
    fc.assert(
      fc.property(some, (values) => {
        const [first, last] = lightOf(values);
        const best = brightest(values);
        if (values.some((value) => (value ?? 0) > 0)) {
          expect(best >= first && best <= last).toBe(true);
          expect(values[best]).toBe(Math.max(...values.map((value) => value ?? 0)));
        }
      }),
    );
  });

  it("is drawn within its box", () => {
    expect(outline([null, 0])).toBe("");
    expect(outline([0, 4, 2])).toBe("M0,1L0.0000,1.0000L0.5000,0.0000L1.0000,0.5000L1,1Z");
  });
});

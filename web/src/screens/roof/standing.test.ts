import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAINT, median, type Panel, possible, STEPS, shareOf, standings, stepOf } from "./standing.ts";

const value = fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: null });
const panels = fc
  .array(fc.record({ value, field: fc.integer({ min: 0, max: 2 }) }), { maxLength: 30 })
  .map((found) => found.map((each, index): Panel => ({ ...each, key: String(index), state: null })));

function field(values: (number | null)[], state: Panel["state"] = null): Panel[] {
  return values.map((each, index) => ({ key: String(index), field: 0, value: each, state }));
}

function signs(given: Panel[], faint: number = FAINT.power): string[] {
  return [...standings(given, faint).values()].map(({ sign }) => sign);
}

describe("a median", () => {
  it("has as many values above as below", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const found = median(values) ?? Number.NaN;
        const half = values.length / 2;
        expect(values.filter((each) => each < found).length).toBeLessThanOrEqual(half);
        expect(values.filter((each) => each > found).length).toBeLessThanOrEqual(half);
      }),
    );
  });

  it("takes no notice of what is missing", () => {
    expect(median([null, 3, undefined, 1])).toBe(2);
    expect(median([null])).toBeNull();
    expect(median([])).toBeNull();
  });
});

describe("a share", () => {
  it("is never divided by nothing", () => {
    expect(shareOf(3, 0)).toBeNull();
    expect(shareOf(null, 4)).toBeNull();
    expect(shareOf(0, 4)).toBe(0);
  });

  it("is a number or missing, whatever is measured", () => {
    fc.assert(
      fc.property(panels, (given) => {
        for (const { share, value } of standings(given, FAINT.power).values()) {
          expect(share === null || (Number.isFinite(share) && share >= 0)).toBe(true);
          if (value === null) expect(share).toBeNull();
        }
      }),
    );
  });

  it("is against the median of the others of the field alone", () => {
    fc.assert(
      fc.property(panels, (given) => {
        const found = standings(given, FAINT.power);
        for (const panel of given) {
          const others = given.filter((each) => each !== panel && each.field === panel.field);
          expect(found.get(panel.key)?.median).toBe(median(others.map((each) => each.value)));
        }
      }),
    );
  });
});

describe("a sign", () => {
  it("says who is clearly behind and who gives nothing", () => {
    expect(signs(field([100, 100, 100, 100, 74, 76, 0]))).toEqual([
      ...new Array<string>(4).fill("fine"),
      "behind",
      "fine",
      "dead",
    ]);
  });

  it("tells missing from nothing", () => {
    expect(signs(field([100, null, 100]))).toEqual(["fine", "missing", "fine"]);
  });

  it("concludes nothing from faint light, nor where there are no neighbours", () => {
    expect(signs(field([10, 1, 10, 0]))).toEqual(["fine", "fine", "fine", "fine"]);
    expect(signs(field([0]), 0)).toEqual(["night"]);
    expect(signs(field([300]))).toEqual(["fine"]);
  });

  it("is the night's where nobody gives anything at a time that is past", () => {
    expect(signs(field([0, 0, null]))).toEqual(["night", "night", "missing"]);
  });

  it("leaves what a silent device said out, for itself and for its neighbours", () => {
    const given = field([100, 100, 20], "live");
    given.push({ key: "silent", field: 0, value: 900, state: "offline" });
    const found = standings(given, FAINT.power);
    expect(found.get("silent")).toEqual({ value: null, median: 100, share: null, sign: "offline" });
    expect(found.get("0")?.median).toBe(60);
  });

  it("is never wrong of panels that all give the same", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        (n, watts) => {
          expect(new Set(signs(field(new Array<number>(n).fill(watts))))).toEqual(new Set(["fine"]));
        },
      ),
    );
  });
});

describe("a colour", () => {
  it("is darker for more, and none where nothing is known", () => {
    expect(stepOf(null, STEPS.power)).toBeNull();
    expect([0, 0.1, 0.3, 0.5, 0.7, 0.9, 7].map((share) => stepOf(share, STEPS.power))).toEqual([
      0, 1, 2, 3, 4, 5, 5,
    ]);
  });

  it("counts from the best that a field has given", () => {
    const best = new Map([
      ["a", 300],
      ["b", null],
      ["c", 410],
    ]);
    const of = new Map([
      ["a", 0],
      ["b", 0],
      ["c", 1],
    ]);
    expect([...possible(best, of)]).toEqual([
      [0, 300],
      [1, 410],
    ]);
  });
});

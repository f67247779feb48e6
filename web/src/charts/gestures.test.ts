import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shifted, within, zoomed } from "./gestures.ts";

const spans = fc
  .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 60, max: 1e8 }))
  .map(([from, length]): [number, number] => [from, from + length]);
const places = fc.double({ min: 0, max: 1, noNaN: true });

describe("zooming", () => {
  test("leaves what is under the pointer where it is", () => {
    fc.assert(
      fc.property(spans, fc.double({ min: 0.1, max: 10, noNaN: true }), places, (span, factor, place) => {
        const [from, to] = zoomed(span, factor, place);
        expect(to - from).toBeCloseTo((span[1] - span[0]) * factor, 3);
        expect(from + (to - from) * place).toBeCloseTo(span[0] + (span[1] - span[0]) * place, 3);
      }),
    );
  });

  test("in and out again is where it was", () => {
    fc.assert(
      fc.property(spans, places, (span, place) => {
        const [from, to] = zoomed(zoomed(span, 0.5, place), 2, place);
        expect(from).toBeCloseTo(span[0], 3);
        expect(to).toBeCloseTo(span[1], 3);
      }),
    );
  });
});

test("moving keeps the length of the span", () => {
  fc.assert(
    fc.property(spans, fc.double({ min: -3, max: 3, noNaN: true }), (span, share) => {
      const [from, to] = shifted(span, share);
      expect(to - from).toBeCloseTo(span[1] - span[0], 3);
      expect(from - span[0]).toBeCloseTo((span[1] - span[0]) * share, 3);
    }),
  );
});

describe("limits", () => {
  test("keep the length of a span where they have room for it", () => {
    fc.assert(
      fc.property(spans, spans, (span, limits) => {
        const [from, to] = within(span, limits);
        expect(from).toBeGreaterThanOrEqual(limits[0]);
        expect(to).toBeLessThanOrEqual(limits[1]);
        expect(to - from).toBe(Math.min(span[1] - span[0], limits[1] - limits[0]));
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startOf } from "../../sitetime/zone.ts";
import { barStep, curveDetail, edgesOf, tilesOf } from "./detail.ts";

const zone = "Europe/Warsaw";
const DAY = 86_400_000;
const span = (days: number) => ({ start: 0, end: days * DAY });

describe("a curve", () => {
  test("shows readings as they are for a day, quarters for weeks, hours for a year and days for ten", () => {
    const details = [1, 2, 7, 31, 366, 3652].map((days) => curveDetail(span(days), 20, 60_000));
    expect(details).toEqual(["raw", "raw", "15m", "15m", "1h", "1d"]);
  });

  test("of a hundred ports begins with quarters, as so many readings take time to come", () => {
    expect(curveDetail(span(1), 100, 60_000)).toBe("15m");
  });

  test("of one port shows readings also where there is one every second", () => {
    expect(curveDetail(span(1), 1, 1000)).toBe("raw");
  });

  test("never becomes finer as the span grows", () => {
    const order = ["raw", "15m", "1h", "1d"];
    const lengths = fc.tuple(fc.double({ min: 0.01, max: 4000 }), fc.double({ min: 1, max: 10 }));
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 300 }), ([days, factor], series) => {
        const [fine, coarse] = [days, days * factor].map((each) => curveDetail(span(each), series, 60_000));
        expect(order.indexOf(coarse ?? "")).toBeGreaterThanOrEqual(order.indexOf(fine ?? ""));
      }),
    );
  });
});

test("bars stand for hours of a day, days of weeks and months, months of a year, and years", () => {
  const steps = [0.25, 1, 7, 31, 366, 3652].map((days) => barStep(span(days)));
  expect(steps).toEqual(["15m", "1h", "1d", "1d", "1mo", "1y"]);
});

describe("pieces", () => {
  const whole = { start: Date.UTC(2016, 0, 1), end: Date.UTC(2026, 5, 21) };

  test("cover what is shown without a gap, and are the same wherever one comes from", () => {
    const starts = fc.integer({ min: whole.start + 400 * DAY, max: whole.end - 800 * DAY });
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom("raw", "15m", "1h"),
        (start, days, detail) => {
          const shown = { start, end: start + days * DAY };
          const tiles = tilesOf(shown, detail, whole, zone);
          expect(tiles[0]?.start).toBeLessThanOrEqual(shown.start);
          expect(tiles.at(-1)?.end).toBeGreaterThanOrEqual(shown.end);
          for (const [place, tile] of tiles.entries()) {
            if (place > 0) expect(tile.start).toBe(tiles[place - 1]?.end);
            expect(tilesOf(tile, detail, whole, zone)).toEqual([tile]);
          }
        },
      ),
    );
  });

  test("end where nothing is known any more", () => {
    const day = startOf("day", whole.end, zone);
    expect(tilesOf({ start: day, end: day + 3 * DAY }, "raw", whole, zone)).toHaveLength(1);
  });

  test("beside are one more at each side", () => {
    const day = startOf("day", whole.end, zone, -30);
    expect(tilesOf({ start: day, end: day + DAY }, "raw", whole, zone, 1, 1)).toHaveLength(3);
  });
});

test("days begin at midnight, on those of 23 and 25 hours too", () => {
  const year = {
    start: startOf("year", Date.UTC(2026, 5, 1), zone),
    end: startOf("year", Date.UTC(2026, 5, 1), zone, 1),
  };
  const edges = edgesOf(year, "1d", zone);
  expect(edges).toHaveLength(366);
  expect(edges.every((edge) => startOf("day", edge, zone) === edge)).toBe(true);
  const lengths = new Set(edges.slice(1).map((edge, place) => (edge - (edges[place] ?? 0)) / 3_600_000));
  expect([...lengths].sort()).toEqual([23, 24, 25]);
});

import { describe, expect, test } from "vitest";
import { dayCalled } from "../../sitetime/zone.ts";
import { asPower, besideEachOther, frameOf } from "./frame.ts";

const zone = "Europe/Warsaw";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const day = (name: string) => dayCalled(name, zone) ?? Number.NaN;
const tile = (from: string, to: string) => ({ start: day(from), end: day(to) });
const piece = (times: number[], values: (number | null)[]) => ({ times, values });
const all = { start: 0, end: 1e14 };

describe("periods", () => {
  const week = tile("2026-06-01", "2026-06-08");
  const some = piece([day("2026-06-02"), day("2026-06-04")], [5000, 7000]);

  test("without data are not zero: null where something should be known, and hatched", () => {
    const known = { start: day("2026-06-02"), end: day("2026-06-06") + HOUR };
    const frame = frameOf([{ tile: week, piece: some }], "1d", false, { poll: MINUTE, known, zone });
    expect(frame.values).toEqual([undefined, 5000, null, 7000, null, null, undefined]);
    expect(frame.gaps).toEqual([
      { start: day("2026-06-03"), end: day("2026-06-04") },
      { start: day("2026-06-05"), end: known.end },
    ]);
  });

  test("of 23 hours have their power by 23 hours", () => {
    const placed = [{ tile: tile("2026-03-29", "2026-03-30"), piece: piece([day("2026-03-29")], [2300]) }];
    expect(asPower(frameOf(placed, "1d", false, { poll: MINUTE, known: all, zone })).values).toEqual([100]);
  });

  test("that follow a gap hold its energy, too: their power is not known", () => {
    const hours = tile("2026-06-02", "2026-06-03");
    const piece = {
      times: [0, 1, 4, 5].map((hour) => hours.start + hour * HOUR),
      values: [100, 200, 900, 300],
    };
    const known = { start: hours.start, end: hours.start + 6 * HOUR };
    const frame = frameOf([{ tile: hours, piece }], "1h", true, { poll: MINUTE, known, zone });
    expect(frame.values.slice(0, 6)).toEqual([100, 200, null, null, null, 300]);
  });

  test("lie beside those of the same place in the calendar", () => {
    const context = { poll: MINUTE, known: all, zone };
    const shown = frameOf([{ tile: week, piece: some }], "1d", false, context);
    const before = { tile: tile("2026-05-25", "2026-06-01"), piece: piece([day("2026-05-26")], [4000]) };
    const other = frameOf([before], "1d", false, context);
    const both = besideEachOther(shown, other, {
      shift: { months: 0, days: 7 },
      zone,
      adds: true,
      poll: MINUTE,
    });
    expect(both.beside?.[1]).toBe(4000);
    expect(both.values).toEqual(shown.values);
  });

  test("of the hour that an October has twice are added up where it is compared", () => {
    const context = { poll: MINUTE, known: all, zone };
    const hours = (name: string, to: string, value: number) => {
      const span = tile(name, to);
      const count = (span.end - span.start) / HOUR;
      const times = Array.from({ length: count }, (_, hour) => span.start + hour * HOUR);
      return frameOf(
        [
          {
            tile: span,
            piece: piece(
              times,
              times.map(() => value),
            ),
          },
        ],
        "1h",
        false,
        context,
      );
    };
    const shown = hours("2026-10-26", "2026-10-27", 1);
    const other = hours("2026-10-25", "2026-10-26", 10);
    const both = besideEachOther(shown, other, {
      shift: { months: 0, days: 1 },
      zone,
      adds: true,
      poll: MINUTE,
    });
    expect(both.beside?.slice(0, 5)).toEqual([10, 10, 20, 10, 10]);
    expect(both.beside).toHaveLength(24);
  });
});

describe("readings", () => {
  const start = day("2026-06-01");
  const placed = (times: number[], values: number[]) => [
    {
      tile: { start, end: start + HOUR },
      piece: piece(
        times.map((minute) => start + minute * MINUTE),
        values,
      ),
    },
  ];

  test("have a gap where they are silent by day", () => {
    const known = { start, end: start + 31 * MINUTE };
    const frame = frameOf(placed([0, 1, 20, 30], [100, 100, 100, 0]), "raw", true, {
      poll: MINUTE,
      known,
      zone,
    });
    expect(frame.gaps).toEqual([
      { start: start + MINUTE, end: start + 20 * MINUTE },
      { start: start + 20 * MINUTE, end: start + 30 * MINUTE },
    ]);
  });

  test("have none where a sleeping plant is asked less often, and none in the future", () => {
    const known = { start, end: start + 31 * MINUTE };
    const frame = frameOf(placed([0, 15, 30], [0, 0, 0]), "raw", true, { poll: MINUTE, known, zone });
    expect(frame.gaps).toEqual([]);
  });

  test("that are missing altogether are one gap", () => {
    const frame = frameOf(placed([], []), "raw", true, { poll: MINUTE, known: all, zone });
    expect(frame.gaps).toEqual([{ start, end: start + HOUR }]);
  });
});

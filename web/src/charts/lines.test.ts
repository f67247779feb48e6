import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aligned, type Measured, withGaps } from "./lines.ts";

const series: fc.Arbitrary<Measured> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.option(fc.integer({ min: 0, max: 400 }))), {
    selector: ([time]) => time,
    maxLength: 30,
  })
  .map((rows) => rows.toSorted(([one], [other]) => one - other))
  .map((rows) => ({ times: rows.map(([time]) => time), values: rows.map(([, value]) => value) }));

describe("a series with its gaps", () => {
  test("has a null inside of each silence that was too long, and nothing else new", () => {
    expect(withGaps({ times: [0, 60, 600, 660], values: [1, 2, 3, 4] }, 90)).toEqual({
      times: [0, 60, 330, 600, 660],
      values: [1, 2, null, 3, 4],
    });
  });

  test("keeps what was measured, and leaves no silence without a null", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 900 }), (measured, longest) => {
        const { times, values } = withGaps(measured, longest);
        const kept = new Map(times.map((time, place) => [time, values[place]]));
        measured.times.forEach((time, place) => {
          expect(kept.get(time)).toBe(measured.values[place]);
        });
        for (let place = 1; place < times.length; place += 1) {
          const silence = (times[place] ?? 0) - (times[place - 1] ?? 0);
          const told = values[place] === null || values[place - 1] === null;
          expect(silence > longest && !told).toBe(false);
        }
      }),
    );
  });
});

describe("several series over one list of times", () => {
  test("are undefined where only another was measured, and null where they were silent", () => {
    const found = aligned(
      [
        { times: [0, 60, 120], values: [1, null, 3] },
        { times: [30, 120, 1000], values: [5, 6, 7] },
      ],
      100,
    );
    expect(found.times).toEqual([0, 30, 60, 120, 560, 1000]);
    expect(found.values).toEqual([
      [1, undefined, null, 3, undefined, undefined],
      [undefined, 5, undefined, 6, null, 7],
    ]);
  });

  test("keep every value at its time, in the order of time", () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 4 }), (all) => {
        const { times, values } = aligned(all, 300);
        expect(times).toEqual([...new Set(times)].toSorted((one, other) => one - other));
        expect(values).toHaveLength(all.length);
        all.forEach((each, line) => {
          expect(values[line]).toHaveLength(times.length);
          each.times.forEach((time, place) => {
            expect(values[line]?.[times.indexOf(time)]).toBe(each.values[place]);
          });
        });
      }),
    );
  });
});

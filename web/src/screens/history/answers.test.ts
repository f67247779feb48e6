import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measured, sumOfPorts } from "./answers.ts";

const MINUTE = 60_000;
const at = (minute: number) => new Date(minute * MINUTE).toISOString();

function polls(rows: [number, string, number | null][]) {
  return sumOfPorts(
    {
      timestamp: rows.map(([minute]) => at(minute)),
      serial_number: rows.map(([, port]) => port),
      port_number: rows.map(() => 1),
      pv_power: rows.map(([, , power]) => power),
    },
    MINUTE,
  );
}

describe("the power of all ports", () => {
  test("is added up once a poll, also where ports are read one after another", () => {
    const { times, values } = polls([
      [0, "a", 100],
      [0.2, "b", 50],
      [1, "a", 110],
      [1.2, "b", 60],
    ]);
    expect([times, values]).toEqual([
      [0.2 * MINUTE, 1.2 * MINUTE],
      [150, 170],
    ]);
  });

  test("holds a port over a poll that failed, and drops it when it stays silent", () => {
    const rows: [number, string, number][] = [[0, "b", 50]];
    for (let minute = 0; minute <= 8; minute += 1) rows.push([minute, "a", 100]);
    const { values } = polls(rows);
    expect([values[2], values[8]]).toEqual([150, 100]);
  });

  test("is not known where no port says anything", () => {
    expect(polls([[0, "a", null]]).values).toEqual([null]);
  });

  test("of ports that are all read each minute is their exact sum", () => {
    const powers = fc.array(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(powers, (table) => {
        const rows = table.flatMap((row, minute) =>
          row.map((power, port): [number, string, number] => [minute, `port ${port}`, power]),
        );
        expect(polls(rows).values).toEqual(table.map((row) => row.reduce((sum, power) => sum + power, 0)));
      }),
    );
  });
});

test("means of several series count by their readings; the least and the most are of any", () => {
  const piece = measured({
    start: [at(0), at(0), at(15)],
    mean: [230, 240, null],
    min: [228, 239, null],
    max: [231, 244, null],
    count: [30, 10, 0],
  });
  expect(piece).toEqual({
    times: [0, 15 * MINUTE],
    values: [232.5, null],
    low: [228, null],
    high: [244, null],
    counts: [40, 0],
  });
});

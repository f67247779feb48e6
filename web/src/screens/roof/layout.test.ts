import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  automatic,
  beside,
  completed,
  extent,
  fields,
  flipped,
  keyOf,
  LAST_PLACE,
  moved,
  type Owner,
  type Tile,
  tracks,
  trimmed,
  turned,
} from "./layout.ts";

const owners: fc.Arbitrary<Owner[]> = fc
  .array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 30 })
  .map((counts) =>
    counts.map((count, index) => ({
      serial: `serial${index}`,
      ports: Array.from({ length: count }, (_, port) => port + 1),
    })),
  );

const plans: fc.Arbitrary<Tile[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
    maxLength: 30,
    selector: ([column, row]) => `${column} ${row}`,
  })
  .map((places) =>
    places.map(([column, row], index) => ({
      serial: "s",
      port: index + 1,
      column,
      row,
      portrait: index % 3 > 0,
    })),
  );

function tile(port: number, column: number, row: number): Tile {
  return { serial: "s", port, column, row, portrait: true };
}

function places(tiles: readonly Tile[]): Set<string> {
  return new Set(tiles.map(({ column, row }) => `${column} ${row}`));
}

function isPlan(tiles: readonly Tile[]): boolean {
  const within = tiles.every(
    ({ column, row }) => Math.min(column, row) >= 0 && Math.max(column, row) <= LAST_PLACE,
  );
  return within && places(tiles).size === tiles.length;
}

describe("a plan that nobody made", () => {
  it("has a place of its own for every port", () => {
    fc.assert(
      fc.property(owners, (given) => {
        const tiles = automatic(given);
        expect(tiles.length).toBe(given.reduce((sum, { ports }) => sum + ports.length, 0));
        expect(isPlan(tiles)).toBe(true);
      }),
    );
  });

  it("never tears an inverter apart", () => {
    fc.assert(
      fc.property(owners, (given) => {
        for (const { serial } of given) {
          const rows = automatic(given).filter((each) => each.serial === serial);
          expect(new Set(rows.map(({ row }) => row)).size).toBe(1);
        }
      }),
    );
  });

  it("gives each of a few inverters a row", () => {
    const found = automatic([
      { serial: "a", ports: [1, 2] },
      { serial: "b", ports: [1] },
    ]);
    expect(found.map(({ column, row }) => [column, row])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("a stored plan", () => {
  it("keeps its places, loses what is gone, and takes what is new at its end", () => {
    const stored = [tile(1, 3, 4), { ...tile(1, 5, 5), serial: "gone" }];
    const found = completed(stored, [{ serial: "s", ports: [1, 2] }]);
    expect(found[0]).toEqual(tile(1, 3, 4));
    expect(found[1]).toMatchObject({ serial: "s", port: 2, column: 0, row: 5 });
    expect(found.length).toBe(2);
  });

  it("comes back after four quarter turns", () => {
    fc.assert(
      fc.property(plans, (given) => {
        const plan = trimmed(given);
        expect(turned(turned(turned(turned(plan, 90), 90), 90), 90)).toEqual(plan);
        expect(turned(plan, 180)).toEqual(turned(turned(plan, 90), 90));
        expect(turned(turned(plan, 270), 90)).toEqual(plan);
      }),
    );
  });
});

describe("a tile that is moved", () => {
  it("never shares a place, wherever it goes", () => {
    const target = fc.integer({ min: -3, max: 12 });
    fc.assert(
      fc.property(plans, target, target, (plan, column, row) => {
        const key = keyOf("s", 1);
        const next = moved(plan, key, column, row);
        expect(isPlan(next)).toBe(true);
        expect(next.length).toBe(plan.length);
        expect(next[0]).toMatchObject({ column: Math.max(0, column), row: Math.max(0, row) });
      }),
    );
  });

  it("changes places with whoever is there", () => {
    expect(moved([tile(1, 0, 0), tile(2, 1, 0)], "s/1", 1, 0)).toEqual([tile(1, 1, 0), tile(2, 0, 0)]);
  });

  it("makes the others give way beyond the edge", () => {
    expect(moved([tile(1, 0, 0), tile(2, 1, 0)], "s/1", -1, 0)).toEqual([tile(1, 0, 0), tile(2, 2, 0)]);
  });

  it("stays where there is no more room", () => {
    const plan = [tile(1, LAST_PLACE, 0)];
    expect(moved(plan, "s/1", LAST_PLACE + 1, 0)).toEqual(plan);
  });

  it("lies down and stands up again", () => {
    const plan = [tile(1, 0, 0), tile(2, 1, 0)];
    expect(flipped(plan, "s/2").map(({ portrait }) => portrait)).toEqual([true, false]);
    expect(flipped(flipped(plan, "s/2"), "s/2")).toEqual(plan);
  });
});

describe("fields of a roof", () => {
  it("are parted by a free column or row", () => {
    const found = fields([tile(1, 0, 0), tile(2, 1, 1), tile(3, 3, 0), tile(4, 3, 1)]);
    expect([...found.values()]).toEqual([0, 0, 1, 1]);
  });

  it("hold every tile once, whatever the order", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const [found, other] = [fields(plan), fields([...plan].reverse())];
        expect(found.size).toBe(plan.length);
        for (const one of found.keys()) {
          for (const two of found.keys()) {
            expect(other.get(one) === other.get(two)).toBe(found.get(one) === found.get(two));
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("a plan under the arrow keys", () => {
  it("leads to the nearest tile in their direction", () => {
    const [a, b, c] = [tile(1, 0, 0), tile(2, 2, 0), tile(3, 1, 1)];
    expect(beside([a, b, c], a, "ArrowRight")).toBe(b);
    expect(beside([a, b, c], a, "ArrowDown")).toBe(c);
    expect(beside([a, b, c], a, "ArrowLeft")).toBeNull();
  });

  it("reaches as far as its tiles", () => {
    expect(extent([tile(1, 3, 1)])).toEqual({ columns: 4, rows: 2 });
    expect(extent([])).toEqual({ columns: 0, rows: 0 });
  });

  it("has columns and rows as wide and high as their panels need them", () => {
    const lying = { ...tile(3, 2, 1), portrait: false };
    expect(tracks([tile(1, 0, 0), tile(2, 2, 0)])).toEqual({ widths: [1, 0.5, 1], heights: [1.35] });
    expect(tracks([tile(1, 0, 0), lying])).toEqual({ widths: [1, 0.5, 1.35], heights: [1.35, 1] });
  });
});

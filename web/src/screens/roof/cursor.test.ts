import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cursorAt, movedCursor } from "./cursor.ts";

const keys = fc.constantFrom(
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "PageUp",
  "PageDown",
  "Home",
  "End",
);

describe("the cursor of a year", () => {
  it("never leaves the year, whatever keys are pressed", () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 60 }), (pressed) => {
        let at = movedCursor(null, "ArrowRight", 2028, 366);
        for (const key of pressed) at = movedCursor(at, key, 2028, 366);
        expect(at !== null && at.day >= 0 && at.day < 366 && at.hour >= 0 && at.hour < 24).toBe(true);
      }),
    );
  });

  it("goes month by month, and leaves other keys alone", () => {
    const at = { day: 45, hour: 9 };
    expect(movedCursor(at, "PageUp", 2026, 365)).toEqual({ day: 31, hour: 9 });
    expect(movedCursor(at, "PageDown", 2026, 365)).toEqual({ day: 59, hour: 9 });
    expect(movedCursor(at, "Tab", 2026, 365)).toBeNull();
  });

  it("is where a pointer is, also at the edge", () => {
    expect(cursorAt(0.5, 0.5, 365)).toEqual({ day: 182, hour: 12 });
    expect(cursorAt(1, -0.1, 365)).toEqual({ day: 364, hour: 0 });
  });
});

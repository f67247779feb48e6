import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historySearch } from "./search.ts";

describe("the address of the history", () => {
  test("keeps what makes sense", () => {
    const given = {
      period: "month",
      date: "2026-06-21",
      device: 116400000000,
      port: 2,
      compare: "year",
      measure: "port.pv_voltage",
    };
    expect(historySearch(given)).toEqual({ ...given, device: "116400000000" });
  });

  test("leaves out nonsense, and a port without its inverter", () => {
    expect(
      historySearch({ period: "decade", date: "yesterday", port: 2, compare: {}, measure: "<b>" }),
    ).toEqual({});
  });

  test("takes moments as the ends of a span", () => {
    const given = { period: "span", from: "2026-06-21T08:15Z", to: "2026-06-22T08:15Z" };
    expect(historySearch(given)).toEqual(given);
  });

  test("never fails, and what it made it would make again", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("period", "date", "device", "port", "compare"), fc.anything()),
        (given) => {
          const once = historySearch(given);
          expect(historySearch({ ...once })).toEqual(once);
        },
      ),
    );
  });
});

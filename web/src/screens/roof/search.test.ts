import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hrefOf, readSearch } from "../../routing/addresses.ts";
import { roofSearch } from "./search.ts";

describe("the address of the roof", () => {
  it("keeps what can be used, and passes over nonsense", () => {
    const good = { day: "2026-06-14", quarter: 52, by: "energy", year: 2025 };
    expect(roofSearch({ day: "2026-06-14", quarter: "52", by: "energy", year: "2025", more: "1" })).toEqual(
      good,
    );
    expect(roofSearch({ day: "today", quarter: "1.5", by: "price", year: "-1" })).toEqual({});
    expect(roofSearch({ day: "2026-06-14", quarter: "200" })).toEqual({ day: "2026-06-14" });
  });

  it("has no quarter hour without its day", () => {
    expect(roofSearch({ quarter: "3" })).toEqual({});
  });

  it("means the same when it is read again", () => {
    const given = fc.dictionary(fc.constantFrom("day", "quarter", "by", "year"), fc.string());
    fc.assert(
      fc.property(given, (members) => {
        const search = roofSearch(members);
        const text = hrefOf({ to: "/roof", search }).split("?")[1] ?? "";
        expect(readSearch("/roof", text)).toEqual(search);
      }),
    );
  });
});

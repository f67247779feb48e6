import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hrefOf, patternOf, readSearch } from "./addresses.ts";

describe("an address", () => {
  test("has the parts of its path filled in", () => {
    expect(hrefOf({ to: "/roof/$serial/$port", params: { serial: "114", port: "2" } })).toBe("/roof/114/2");
  });

  test("cannot be led elsewhere by what is filled in", () => {
    expect(hrefOf({ to: "/devices/dtu/$name", params: { name: "../../login?next=x" } })).toBe(
      "/devices/dtu/..%2F..%2Flogin%3Fnext%3Dx",
    );
  });

  test("leaves out what is not given", () => {
    expect(hrefOf({ to: "/devices", search: { q: "", add: undefined } })).toBe("/devices");
    expect(hrefOf({ to: "/devices", search: { q: "Shed", add: true } })).toBe("/devices?q=Shed&add=true");
  });

  test("is matched with its parts by name", () => {
    expect(patternOf("/roof/$serial/$port")).toBe("/roof/:serial/:port");
  });
});

describe("a search", () => {
  test("comes back as it was written", () => {
    const day = fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 95 }), (date, quarter) => {
        const search = { day: date.toISOString().slice(0, 10), quarter };
        const text = hrefOf({ to: "/roof", search }).split("?")[1] ?? "";
        expect(readSearch("/roof", text)).toMatchObject(search);
      }),
    );
  });

  test("keeps the zeros that a serial number begins with", () => {
    expect(readSearch("/history", "device=0011")).toMatchObject({ device: "0011" });
  });

  test("is whatever can be used of nonsense", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const address of ["/roof", "/history", "/devices", "/storage"] as const)
          readSearch(address, text);
      }),
    );
  });
});

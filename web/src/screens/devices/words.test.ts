import fc from "fast-check";
import i18next from "i18next";
import { expect, it, vi } from "vitest";
import { exactly } from "./exactly.ts";
import { freeName } from "./freeName.ts";
import { devicesSearch } from "./search.ts";

it("a name for another DTU is one that no other has", () => {
  expect(freeName([])).toBe("DTU");
  expect(freeName(["dtu"])).toBe("DTU2");
  fc.assert(
    fc.property(fc.array(fc.constantFrom("DTU", "dtu2", "DTU3", "roof", "DTU5")), (taken) => {
      expect(taken.map((name) => name.toLowerCase())).not.toContain(freeName(taken).toLowerCase());
    }),
  );
});

it("a counter is written to its last watt-hour", async () => {
  vi.stubGlobal("navigator", { languages: ["en-GB"] });
  await i18next.init({ lng: "en-GB", resources: {} });
  expect(exactly(1_805_115, { unit: "Wh", resolution: 1 })).toBe("1,805.115\u00a0kWh");
  expect(exactly(null, { unit: "Wh", resolution: 1 })).toBe("–");
});

it("an address of the devices is read forgivingly", () => {
  expect(devicesSearch({ q: 1141, add: true, other: 1 })).toEqual({ q: "1141", add: true });
  expect(devicesSearch({ q: ["a"], add: "yes" })).toEqual({});
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asPair, isZone, placeDraftOf, readPlace, zones } from "./place.ts";

const degrees = (most: number) =>
  fc.integer({ min: -most * 10_000, max: most * 10_000 }).map((value) => value / 10_000);
const places = fc.record({ latitude: degrees(90), longitude: degrees(180) });

describe("a place", () => {
  it("is read as it was written, with a point or a comma", () => {
    fc.assert(
      fc.property(places, (place) => {
        const draft = placeDraftOf(place);
        expect(readPlace(draft)).toEqual({ place });
        const commas = { ...draft, latitude: draft.latitude.replace(".", ",") };
        expect(readPlace(commas)).toEqual({ place });
      }),
    );
  });

  it("may be left out, but not by halves", () => {
    expect(readPlace({ latitude: " ", longitude: "" })).toEqual({ place: null });
    expect(readPlace({ latitude: "52.5", longitude: "" })).toEqual({ faults: ["longitude"] });
  });

  it("is on the earth", () => {
    expect(readPlace({ latitude: "90.1", longitude: "-181" })).toEqual({ faults: ["latitude", "longitude"] });
    expect(readPlace({ latitude: "north", longitude: "13" })).toEqual({ faults: ["latitude"] });
  });

  it("may be pasted whole", () => {
    expect(asPair("52.5200, 13.4050")).toEqual({ latitude: "52.5200", longitude: "13.4050" });
    expect(asPair("-33.87 151.21")).toEqual({ latitude: "-33.87", longitude: "151.21" });
    for (const text of ["52.52", "52,52", "", "52, 13"]) expect(asPair(text)).toBeNull();
  });
});

describe("a zone", () => {
  it("is one that can be counted in", () => {
    for (const zone of zones("America/Argentina/Buenos_Aires"))
      expect([zone, isZone(zone)]).toEqual([zone, true]);
    for (const name of ["", "Berlin", "Europe/Berlyn", "CET+1", "+02:00"])
      expect([name, isZone(name)]).toEqual([name, false]);
  });
});

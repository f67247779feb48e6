import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differencesOf } from "./differences.ts";
import { settingsSearch } from "./search.ts";
import { mayOpen, sectionCalled } from "./sections.ts";
import { changesOf, draftOf, faultsOf, isZone, numberIn, type Site, windOf, zones } from "./site.ts";

const SITE: Site = {
  id: "home",
  name: "Home",
  customer: null,
  zone: "Europe/Warsaw",
  place: { latitude: 52.2, longitude: 21 },
  arrays: [{ capacity: 4000, tilt: 35, azimuth: 180 }],
  pinned: {},
  version: 1,
  created_at: null,
  updated_at: null,
};

describe("a site that is filled in", () => {
  it("changes nothing while nothing is typed", () => {
    expect(changesOf(draftOf(SITE), SITE)).toEqual({});
    expect(changesOf(draftOf({ ...SITE, place: null }), { ...SITE, place: null })).toEqual({});
  });

  it("sends only what differs, and nothing that is pinned", () => {
    const draft = { ...draftOf(SITE), name: "Cabin", zone: "Europe/Berlin", latitude: "50,1" };
    expect(changesOf(draft, SITE)).toEqual({
      name: "Cabin",
      zone: "Europe/Berlin",
      place: { latitude: 50.1, longitude: 21 },
    });
    const pinned = { ...SITE, pinned: { zone: "TIMEZONE" } };
    expect(changesOf(draft, pinned)).not.toHaveProperty("zone");
  });

  it("forgets the place where both fields are empty, and asks for both otherwise", () => {
    const empty = { ...draftOf(SITE), latitude: "", longitude: " " };
    expect(changesOf(empty, SITE)).toEqual({ place: null });
    expect(faultsOf(empty).size).toBe(0);
    expect([...faultsOf({ ...empty, latitude: "50" })]).toEqual(["place.longitude"]);
  });

  it("names the rows of arrays that hold no number", () => {
    const array = { key: 7, capacity: "400", tilt: "x", azimuth: "" };
    const draft = { ...draftOf(SITE), arrays: [...draftOf(SITE).arrays, array] };
    expect([...faultsOf(draft)]).toEqual(["arrays[1].tilt", "arrays[1].azimuth"]);
  });

  it("reads numbers with a comma or a point", () => {
    expect([numberIn("52,2"), numberIn(" 52.2 "), numberIn(""), numberIn("x")]).toEqual([
      52.2,
      52.2,
      null,
      null,
    ]);
  });
});

describe("directions", () => {
  it("are those of a compass, however often one turns", () => {
    expect([0, 90, 135, 180, 202, 270, 337.4, 359].map(windOf)).toEqual([
      "n",
      "e",
      "se",
      "s",
      "s",
      "w",
      "nw",
      "n",
    ]);
    fc.assert(fc.property(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 359 }), turned));
  });
});

function turned(turns: number, azimuth: number): void {
  expect(windOf(azimuth + 360 * turns)).toBe(windOf(azimuth));
}

describe("zones", () => {
  it("are those that a browser can reckon in", () => {
    expect(zones()).toContain("UTC");
    expect(zones().every(isZone)).toBe(true);
    expect(isZone("Mars/Olympus")).toBe(false);
    expect(isZone("")).toBe(false);
  });
});

describe("differences", () => {
  it("are told member by member", () => {
    const before = { role: "viewer", place: { latitude: 1, longitude: 2 }, scopes: ["read"], gone: true };
    const after = {
      role: "operator",
      place: { latitude: 1, longitude: 3 },
      scopes: ["read", "push"],
      arrays: [{ tilt: 30 }],
    };
    expect(differencesOf(before, after)).toEqual([
      { member: "role", before: "viewer", after: "operator" },
      { member: "place.longitude", before: "2", after: "3" },
      { member: "scopes", before: "read", after: "read, push" },
      { member: "gone", before: "true", after: null },
      { member: "arrays.1.tilt", before: null, after: "30" },
    ]);
  });

  it("tell of lists that hold objects among other things", () => {
    const odd = { odd: ["", { toString: false }] };
    expect(differencesOf(null, odd)).toEqual([
      { member: "odd", before: null, after: ', {"toString":false}' },
    ]);
  });

  it("are none between things that are equal", () => {
    const objects = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
    const same = fc.property(objects, (object) => {
      expect(differencesOf(object, object)).toEqual([]);
    });
    fc.assert(same);
  });
});

describe("an address of the settings", () => {
  it("names a section and what is looked for, and passes over nonsense", () => {
    expect(sectionCalled("users")).toBe("users");
    expect(sectionCalled("nonsense")).toBeUndefined();
    expect(settingsSearch({ who: "ann", from: "2026-03-01", to: "soon", action: "" })).toEqual({
      who: "ann",
      from: "2026-03-01",
    });
  });

  it("opens what somebody may see", () => {
    expect(mayOpen("users", false)).toBe(false);
    expect(mayOpen("site", false)).toBe(true);
    expect(mayOpen("audit", true)).toBe(true);
  });
});

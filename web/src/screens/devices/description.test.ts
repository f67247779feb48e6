import { describe, expect, it } from "vitest";
import { changesOf, descriptionOf } from "./description.ts";

const DEVICE = {
  serial_number: "114100000001",
  name: "114100000001",
  notes: "",
  port_names: { "1": "East" },
  excluded: false,
  pinned: {},
};

describe("a description", () => {
  it("is nothing to tell while nothing was changed", () => {
    expect(changesOf(DEVICE, descriptionOf(DEVICE))).toEqual({});
  });

  it("has no name where a device is called by its serial number", () => {
    expect(descriptionOf(DEVICE).name).toBe("");
    expect(changesOf(DEVICE, { ...descriptionOf(DEVICE), name: " Garage " })).toEqual({ name: "Garage" });
  });

  it("gives a name back by emptying it", () => {
    const named = { ...DEVICE, name: "Garage" };
    expect(changesOf(named, { ...descriptionOf(named), name: " " })).toEqual({ name: null });
  });

  it("sends all names of ports where one has changed, without the empty ones", () => {
    const draft = { ...descriptionOf(DEVICE), port_names: { "1": "", "2": " West" } };
    expect(changesOf(DEVICE, draft)).toEqual({ port_names: { "2": "West" } });
  });
});

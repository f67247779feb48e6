import { describe, expect, it } from "vitest";
import type { InverterNow } from "../../live/plant.ts";
import type { Dtu } from "./questions.ts";
import { grouped, heardFrom, needsALook, sought } from "./tree.ts";

function inverter(serial: string, dtu: string, more: Partial<InverterNow> = {}): InverterNow {
  const device = { notes: "", port_names: {}, latest: { inverter: null, ports: [] } };
  const known = { serial, dtu, name: serial, state: "live", heardAt: null, power: null, ports: [] };
  return { ...known, device, ...more } as unknown as InverterNow;
}

function dtu(id: string, host = "10.0.0.1", last: string | null = null): Dtu {
  return { id, host, health: { last_successful_query: last } } as unknown as Dtu;
}

const A = inverter("114100000001", "roof");
const B = inverter("114100000002", "barn", { name: "Barn east" });
const C = inverter("114100000003", "gone");

describe("devices under their DTUs", () => {
  it("are all there, those of no DTU at the end", () => {
    const groups = grouped([dtu("barn"), dtu("roof"), dtu("new")], [A, B, C]);
    expect(groups.map(({ name, inverters }) => [name, inverters])).toEqual([
      ["barn", [B]],
      ["roof", [A]],
      ["new", []],
      [null, [C]],
    ]);
  });

  it("are grouped by what they say where DTUs are not to be seen", () => {
    expect(grouped(null, [A, B]).map(({ name, dtu }) => [name, dtu])).toEqual([
      ["barn", null],
      ["roof", null],
    ]);
  });
});

describe("what is sought", () => {
  const groups = grouped([dtu("roof", "192.168.1.7"), dtu("barn")], [A, B]);

  it.each([
    ["EAST", [B]],
    ["00001", [A]],
    ["192.168.1.7", [A]],
    ["barn", [B]],
    ["nothing such", []],
  ])("%s is found", (word, found) => {
    expect(sought(groups, word).flatMap(({ inverters }) => inverters)).toEqual(found);
  });

  it("is everything while nothing is typed", () => {
    expect(sought(groups, "  ")).toEqual(groups);
  });
});

describe("a DTU", () => {
  it("was heard when the last of its readings came, also after its health was asked for", () => {
    const heard = inverter("1", "roof", { heardAt: "2026-06-21T10:00:05Z" });
    expect(heardFrom(dtu("roof", "h", "2026-06-21T10:00:00Z"), [heard])).toBe("2026-06-21T10:00:05Z");
    expect(heardFrom(dtu("roof", "h", "2026-06-21T10:00:09Z"), [heard])).toBe("2026-06-21T10:00:09Z");
    expect(heardFrom(dtu("roof"), [])).toBeNull();
  });
});

describe("an inverter needs a look", () => {
  it("when it is late or silent, and when it reports an alarm, but not at night", () => {
    expect(needsALook(inverter("1", "d", { state: "offline" }))).toBe(true);
    expect(needsALook(inverter("1", "d", { state: "stale" }))).toBe(true);
    expect(needsALook(inverter("1", "d", { state: "night" }))).toBe(false);
    const device = {
      latest: { inverter: { alarm_code: 12 }, ports: [] },
    } as unknown as InverterNow["device"];
    expect(needsALook(inverter("1", "d", { device }))).toBe(true);
  });
});

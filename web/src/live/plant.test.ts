import { describe, expect, test } from "vitest";
import type { PortNow, ReadingEvent, State } from "./events.ts";
import { type Device, type InverterNow, inverterNow, plantPower, sum } from "./plant.ts";

const EARLIER = "2026-06-21T11:05:00Z";
const LATER = "2026-06-21T11:10:00Z";

function port(number: number, timestamp: string, power: number | null): PortNow {
  return { port_number: number, timestamp, quality: "good", pv_power: power, repaired: null };
}

function device(ports: PortNow[], state: State = "live"): Device {
  const known = { serial_number: "116180000001", name: "East", dtu_name: "roof", state, latest: { ports } };
  return known as unknown as Device;
}

function told(ports: PortNow[], state: State = "live"): ReadonlyMap<string, ReadingEvent> {
  return new Map([["116180000001", { ports, state } as unknown as ReadingEvent]]);
}

describe("an inverter now", () => {
  test("is what was answered, before anything is told", () => {
    const now = inverterNow(device([port(1, EARLIER, 100), port(2, EARLIER, 50.5)]), new Map());
    expect(now).toMatchObject({ name: "East", dtu: "roof", state: "live", heardAt: EARLIER, power: 150.5 });
  });

  test("is what was told, where that is later", () => {
    const now = inverterNow(device([port(1, EARLIER, 100)], "stale"), told([port(1, LATER, 120)]));
    expect(now).toMatchObject({ state: "live", heardAt: LATER, power: 120 });
  });

  test("is what was answered, where that is later", () => {
    const now = inverterNow(device([port(1, LATER, 100)]), told([port(1, EARLIER, 120)], "offline"));
    expect(now).toMatchObject({ state: "live", heardAt: LATER, power: 100 });
  });

  test("has the state that was answered, where both speak of the same reading: it may have aged since", () => {
    const now = inverterNow(device([port(1, LATER, 100)], "offline"), told([port(1, LATER, 100)], "live"));
    expect(now.state).toBe("offline");
  });

  test("gives nothing that is known where no port says anything", () => {
    expect(inverterNow(device([port(1, LATER, null)]), new Map()).power).toBeNull();
    expect(inverterNow(device([], "offline"), new Map())).toMatchObject({ heardAt: null, power: null });
  });
});

describe("the power of a plant", () => {
  const one = (state: State, power: number | null) => ({ state, power }) as InverterNow;

  test("is that of the inverters that are heard", () => {
    expect(plantPower([one("live", 100), one("night", 0), one("offline", 70), one("stale", 7)])).toBe(100);
  });

  test("is not known where none is heard", () => {
    expect(plantPower([one("offline", 70)])).toBeNull();
    expect(plantPower([one("live", null)])).toBeNull();
    expect(plantPower([])).toBeNull();
  });

  test("is nothing at night, which is not the same", () => {
    expect(plantPower([one("night", 0)])).toBe(0);
    expect(sum([null, 0, undefined])).toBe(0);
  });
});

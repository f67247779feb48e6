import { beforeEach, describe, expect, test, vi } from "vitest";
import type { LiveEvent } from "./events.ts";
import { Gathering, after as known, type Now, useNow } from "./now.ts";

const NOTHING: Now = {
  connected: true,
  heardAt: 5,
  inverters: new Map(),
  energy: new Map(),
  dtus: new Map(),
  resyncs: 0,
};

const event = (members: object) => members as LiveEvent;
const reading = (serial: string, power: number) =>
  event({ id: `r-${power}`, type: "reading", serial_number: serial, pv_power: power });

describe("what is known after some events", () => {
  test("is the latest of each device", () => {
    const now = known(NOTHING, [
      reading("a", 1),
      reading("b", 2),
      reading("a", 3),
      event({ id: "e", type: "energy", device_id: "meter", grid_power: -50 }),
      event({ id: "d", type: "dtu", dtu_name: "roof", status: "error" }),
    ]);
    expect([...now.inverters].map(([serial, { pv_power }]) => [serial, pv_power])).toEqual([
      ["a", 3],
      ["b", 2],
    ]);
    expect(now.energy.get("meter")?.grid_power).toBe(-50);
    expect(now.dtus.get("roof")?.status).toBe("error");
  });

  test("leaves what was known before as it was", () => {
    const before = known(NOTHING, [reading("a", 1)]);
    known(before, [reading("a", 2)]);
    expect(before.inverters.get("a")?.pv_power).toBe(1);
    expect(NOTHING.inverters.size).toBe(0);
  });

  test("counts what makes earlier answers worthless", () => {
    const events = ["resync", "lost", "correction", "weather", "telemetry"];
    const now = known(
      NOTHING,
      events.map((type) => event({ id: type, type })),
    );
    expect(now.resyncs).toBe(2);
  });
});

describe("gathering", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    useNow.setState({ ...NOTHING, connected: false, heardAt: null });
    return () => vi.useRealTimers();
  });

  test("shows a hundred events at once, twice a second", () => {
    let shown = 0;
    const stop = useNow.subscribe(() => {
      shown += 1;
    });
    const gathering = new Gathering();
    for (let number = 0; number < 100; number += 1) gathering.told([reading(`i-${number}`, number)]);
    expect(shown).toBe(0);
    vi.advanceTimersByTime(500);
    expect(shown).toBe(1);
    expect(useNow.getState().inverters.size).toBe(100);
    vi.advanceTimersByTime(5000);
    expect(shown).toBe(1);
    stop();
  });

  test("remembers when the connection was last known to stand", () => {
    const gathering = new Gathering();
    gathering.standing(true);
    const { heardAt } = useNow.getState();
    vi.advanceTimersByTime(3000);
    gathering.standing(false);
    expect(useNow.getState()).toMatchObject({ connected: false, heardAt });
  });
});

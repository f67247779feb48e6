import { describe, expect, test } from "vitest";
import type { Question } from "./pieces.ts";
import { addressOf, wordsOf } from "./table.ts";

const plant = { device: null, port: null, inverters: 2, ports: 4 };
const port = { device: "116180001234", port: 2, inverters: 1, ports: 1 };
const span = { start: Date.UTC(2026, 5, 1), end: Date.UTC(2026, 6, 1) };
const of = (question: Partial<Question>) =>
  ({ subject: plant, quantity: "energy", detail: "1d", poll: 60_000, ...question }) as Question;
const asked = (question: Partial<Question>) => addressOf(of(question), span, "Europe/Warsaw");

describe("the table of what is shown", () => {
  test("of energy by day is the answer of energy", () => {
    const address = new URL(asked({}), "http://here");
    expect(address.pathname).toBe("/api/v1/energy");
    expect(Object.fromEntries(address.searchParams)).toEqual({
      start: "2026-06-01T00:00:00.000Z",
      end: "2026-07-01T00:00:00.000Z",
      format: "csv",
      by: "plant",
      step: "1d",
      zone: "Europe/Warsaw",
    });
  });

  test("of a curve of readings are those readings", () => {
    const address = new URL(asked({ subject: port, quantity: "power", detail: "raw" }), "http://here");
    expect(address.pathname).toBe("/api/v1/readings");
    expect(address.searchParams.get("fields")).toBe("timestamp,serial_number,port_number,pv_power");
    expect(address.searchParams.get("port")).toBe("2");
  });

  test("of another measurement is its history", () => {
    const gauge = { reading: "inverter", name: "grid_voltage" } as const;
    const address = new URL(asked({ subject: port, quantity: gauge, detail: "1h" }), "http://here");
    expect(address.pathname).toBe("/api/v1/history");
    expect(address.searchParams.get("measurement")).toBe("grid_voltage");
    expect(address.searchParams.has("port")).toBe(false);
  });

  test("has a name that says what is in it", () => {
    expect(wordsOf(of({ subject: port, quantity: "power", detail: "15m" }))).toEqual([
      "116180001234",
      "port2",
      "energy",
      "by-15m",
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressesOf, type Order, type Progress, type Sink, spansOf, write } from "./exporting.ts";

const ORDER: Order = {
  what: "readings",
  kind: "port",
  by: "plant",
  step: "1h",
  measurements: [],
  devices: [],
  start: Date.parse("2026-01-15T00:00:00Z"),
  end: Date.parse("2026-03-02T00:00:00Z"),
  zone: "UTC",
  format: "csv",
};

class Memory implements Sink {
  text = "";
  state = "open";
  async write(bytes: Uint8Array): Promise<void> {
    this.text += new TextDecoder().decode(bytes);
  }
  async close(): Promise<void> {
    this.state = "closed";
  }
  async abort(): Promise<void> {
    this.state = "aborted";
  }
}

/** A server that answers in pieces of a few bytes. */
function inPieces(text: string, size: number): Response {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  return new Response(body);
}

describe("an order", () => {
  it("is cut into months that follow each other without a gap", () => {
    const moments = fc.integer({ min: 0, max: 4e12 });
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe");
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 4e10 }), zones, (start, length, zone) => {
        const spans = spansOf({ start, end: start + length, zone, format: "csv" });
        expect(spans[0]?.[0]).toBe(start);
        expect(spans.at(-1)?.[1]).toBe(start + length);
        spans.slice(1).forEach((span, index) => {
          expect(span[0]).toBe(spans[index]?.[1]);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("is one request where the file cannot be joined", () => {
    expect(addressesOf({ ...ORDER, format: "parquet" })).toHaveLength(1);
    expect(addressesOf(ORDER)).toHaveLength(3);
  });

  it("asks each address only for what it knows", () => {
    const [readings] = addressesOf({ ...ORDER, devices: ["A1", "B2"] });
    expect(readings).toContain("device=A1&device=B2&kind=port");
    expect(readings).not.toMatch(/zone=|by=|step=/);
    const [energy] = addressesOf({ ...ORDER, what: "energy" });
    expect(energy).toMatch(/by=plant&step=1h/);
    expect(energy).not.toContain("kind=");
    const [history] = addressesOf({ ...ORDER, what: "history", measurements: ["pv_power"] });
    expect(history).toContain("measurement=pv_power");
  });
});

describe("an export", () => {
  const run = (load: (address: string) => Response, sink: Sink, signal = new AbortController().signal) => {
    const told: Progress[] = [];
    const written = write(
      ["a", "b"],
      "csv",
      sink,
      signal,
      (each) => told.push(each),
      async (at) => load(at),
    );
    return { told, written };
  };

  it("has one line of names, however the parts come in pieces", async () => {
    for (const size of [1, 2, 3, 7, 100]) {
      const sink = new Memory();
      const { told, written } = run((at) => inPieces(`time,power\n${at},1\n`, size), sink);
      await written;
      expect(sink.text).toBe("time,power\na,1\nb,1\n");
      expect(sink.state).toBe("closed");
      expect(told.at(-1)).toEqual({ parts: 2, done: 2, bytes: sink.text.length });
    }
  });

  it("leaves no half file where the server refuses", async () => {
    const sink = new Memory();
    const refusal = { type: "urn:sunledger:problem:not-installed", detail: "needs sunledger[arrow]" };
    const { written } = run(() => Response.json(refusal, { status: 501 }), sink);
    await expect(written).rejects.toMatchObject({ kind: "not-installed", message: "needs sunledger[arrow]" });
    expect(sink.state).toBe("aborted");
  });

  it("ends when it is cancelled", async () => {
    const [sink, control] = [new Memory(), new AbortController()];
    const { written } = run(
      () => {
        control.abort();
        return inPieces("x\n", 9);
      },
      sink,
      control.signal,
    );
    await expect(written).rejects.toMatchObject({ name: "AbortError" });
    expect(sink.state).toBe("aborted");
  });
});

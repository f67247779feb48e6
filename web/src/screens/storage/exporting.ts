/**
 * An export as a chain of requests, a month each, written into one file while they come.
 *
 * Tables with a frame around them (Parquet, Arrow) cannot be joined: they are one request.
 */

import { Problem } from "../../api/problem.ts";
import { iso, startOf } from "../../sitetime/zone.ts";

export const WHATS = ["readings", "history", "energy", "quality"] as const;
export const FORMATS = ["csv", "ndjson", "parquet", "arrow"] as const;
export const STEPS = ["15m", "1h", "1d"] as const;

export type What = (typeof WHATS)[number];
export type Format = (typeof FORMATS)[number];
export type Step = (typeof STEPS)[number];

/** What somebody wants to have. */
export interface Order {
  what: What;
  /** Kind of reading, for all but energy. */
  kind: string;
  /** What is added up, for energy and quality. */
  by: string;
  /** For energy and history. */
  step: Step;
  /** For history: all that is measured of the kind. */
  measurements: readonly string[];
  /** Empty: all. */
  devices: readonly string[];
  /** Milliseconds of UTC, up to but not including `end`. */
  start: number;
  end: number;
  zone: string;
  format: Format;
}

/** Where an order's parts are, in the order of the file. */
export function addressesOf(order: Order): string[] {
  return spansOf(order).map(([start, end]) => {
    const query = new URLSearchParams({ format: order.format, start: iso(start), end: iso(end) });
    for (const device of order.devices) query.append("device", device);
    if (order.what !== "energy") query.set("kind", order.kind);
    if (order.what !== "readings") query.set("zone", order.zone);
    if (order.what === "energy" || order.what === "quality") query.set("by", order.by);
    if (order.what === "energy" || order.what === "history") query.set("step", order.step);
    if (order.what === "history") for (const each of order.measurements) query.append("measurement", each);
    return `/api/v1/${order.what}?${query}`;
  });
}

/** The months of a span, cut at its edges; the whole span where a file cannot be joined from parts. */
export function spansOf({ start, end, zone, format }: Pick<Order, "start" | "end" | "zone" | "format">) {
  if (start >= end) return [];
  if (format === "parquet" || format === "arrow") return [[start, end] as const];
  const spans: (readonly [number, number])[] = [];
  for (let from = start; from < end; ) {
    const to = Math.min(end, startOf("month", from, zone, 1));
    spans.push([from, to]);
    from = to;
  }
  return spans;
}

/** Where a file's bytes go. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  /** Leave no half file. */
  abort(): Promise<void>;
}

export interface Progress {
  parts: number;
  done: number;
  bytes: number;
}

type Load = (address: string, signal: AbortSignal) => Promise<Response>;

/**
 * Write all parts into a sink, one after another. Throws `Problem` where the server refuses, an `AbortError` where
 * the signal ends it; the sink is aborted then.
 */
export async function write(
  addresses: readonly string[],
  format: Format,
  sink: Sink,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
  load: Load = (address, signal) => fetch(address, { signal }),
): Promise<void> {
  const progress = { parts: addresses.length, done: 0, bytes: 0 };
  const count = (bytes: number) => {
    progress.bytes += bytes;
    tell({ ...progress });
  };
  try {
    for (const address of addresses) {
      const headless = format === "csv" && progress.done > 0;
      await writePart(await load(address, signal), headless, sink, count);
      progress.done += 1;
      tell({ ...progress });
    }
    signal.throwIfAborted();
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function writePart(response: Response, headless: boolean, sink: Sink, count: (bytes: number) => void) {
  if (!response.ok) throw Problem.of(response, await told(response));
  let inFirstLine = headless;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    let bytes = part.value;
    if (inFirstLine) {
      const end = bytes.indexOf(NEWLINE);
      inFirstLine = end < 0;
      bytes = end < 0 ? bytes.subarray(bytes.length) : bytes.subarray(end + 1);
    }
    await sink.write(bytes);
    count(bytes.length);
  }
}

const NEWLINE = 10;

async function told(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

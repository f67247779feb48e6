/** The export of what is shown: the API's own table of exactly that question. */

import { changeHeaders } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import type { Span } from "../../charts/lines.ts";
import { iso } from "../../sitetime/zone.ts";
import type { Question } from "./pieces.ts";
import { nameOf } from "./quantity.ts";
import { ofEnergy, ofReadings } from "./subject.ts";

/** The address that answers a question for a span as CSV. */
export function addressOf(
  { subject, quantity, detail }: Question,
  { start, end }: Span,
  zone: string,
): string {
  const query = new URLSearchParams({ start: iso(start), end: iso(end), format: "csv" });
  const gauge = typeof quantity === "string" ? null : quantity;
  const path = detail === "raw" ? "readings" : gauge === null ? "energy" : "history";
  const of = path === "energy" ? ofEnergy(subject) : ofReadings(subject, gauge?.reading ?? "port");
  for (const [name, values] of Object.entries(of))
    for (const each of [values].flat()) query.append(name, String(each));
  if (detail !== "raw") {
    query.set("step", detail);
    query.set("zone", zone);
  }
  if (path === "history" && gauge !== null) query.set("measurement", gauge.name);
  if (path === "readings") query.set("fields", fieldsOf(gauge?.reading ?? "port", gauge?.name ?? "pv_power"));
  return `/api/v1/${path}?${query}`;
}

function fieldsOf(reading: "inverter" | "port", name: string): string {
  return ["timestamp", "serial_number", ...(reading === "port" ? ["port_number"] : []), name].join();
}

/** What the file's name says of it. */
export function wordsOf({ subject, quantity, detail }: Question): string[] {
  const of =
    subject.device === null
      ? ["plant"]
      : [subject.device, ...(subject.port === null ? [] : [`port${subject.port}`])];
  const what = detail !== "raw" && quantity === "power" ? "energy" : nameOf(quantity);
  return [...of, what, detail === "raw" ? "readings" : `by-${detail}`];
}

/** A table of whatever length; `tell` hears how many bytes have come. Throws `Problem` for a refusal. */
export async function load(
  address: string,
  signal: AbortSignal,
  tell: (bytes: number) => void,
): Promise<Blob> {
  const response = await fetch(address, { headers: { Accept: "text/csv", ...changeHeaders() }, signal });
  if (!response.ok) throw Problem.of(response, await response.json().catch(() => null));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    parts.push(chunk.value);
    bytes += chunk.value.byteLength;
    tell(bytes);
  }
  return new Blob(parts, { type: "text/csv" });
}

/** Pieces of a history as they are asked for and kept: numbers only, made ready to be drawn. */

import { queryOptions } from "@tanstack/react-query";
import { answer, server } from "../../api/client.ts";
import type { Columns } from "../../api/questions.ts";
import type { Span } from "../../charts/lines.ts";
import { plantNow } from "../../sitetime/clock.ts";
import { iso } from "../../sitetime/zone.ts";
import { measured, type Piece, stepped, sumOfPorts } from "./answers.ts";
import type { Detail, Step } from "./detail.ts";
import { ofEnergy, ofReadings, type Subject } from "./subject.ts";

/** What is drawn. Energy and power come from the repaired counters, everything else as it was measured. */
export type Quantity = "energy" | "power" | Gauge;

export interface Gauge {
  reading: "inverter" | "port";
  name: string;
}

export interface Question {
  subject: Subject;
  quantity: Quantity;
  detail: Detail;
  /** Milliseconds between two readings. */
  poll: number;
}

const MINUTE = 60_000;
/** Enough for any screen; of a single series the server chooses those that keep its shape. */
const MAX_POINTS = 4000;

/** One piece. What lies in the past hardly changes; what goes on is asked for again and again. */
export function pieceOf(question: Question, tile: Span) {
  const goesOn = tile.end > plantNow() - 5 * MINUTE;
  return queryOptions({
    queryKey: ["piece", asked(question), tile.start, tile.end],
    queryFn: ({ signal }) => fetched(question, tile, signal),
    staleTime: goesOn ? MINUTE : 30 * MINUTE,
    refetchInterval: goesOn ? MINUTE : false,
    structuralSharing: false,
  });
}

/** Power in periods is energy by its length: the same answer serves both. */
function asked({ subject, quantity, detail }: Question) {
  const of = detail !== "raw" && quantity === "power" ? "energy" : quantity;
  return [subject.device, subject.port, of, detail];
}

function fetched(question: Question, tile: Span, signal: AbortSignal): Promise<Piece> {
  const { quantity, detail } = question;
  if (detail === "raw") return readingsOf(question, tile, signal);
  if (quantity === "energy" || quantity === "power") return energyOf(question, detail, tile, signal);
  return historyOf(question, quantity, detail, tile, signal);
}

async function energyOf({ subject }: Question, step: Step, tile: Span, signal: AbortSignal): Promise<Piece> {
  const query = {
    ...ofEnergy(subject),
    ...ends(tile),
    step,
    format: "columns",
    fields: "start,energy",
  } as const;
  return stepped(
    columns(await answer(server.GET("/api/v1/energy", { params: { query }, signal }))),
    "energy",
  );
}

async function historyOf(
  { subject }: Question,
  { reading, name }: Gauge,
  step: Step,
  tile: Span,
  signal: AbortSignal,
): Promise<Piece> {
  const fields = "start,mean,min,max,count";
  const of = { ...ofReadings(subject, reading), measurement: [name], ...ends(tile) };
  const query = { ...of, step, format: "columns", fields } as const;
  return measured(columns(await answer(server.GET("/api/v1/history", { params: { query }, signal }))));
}

async function readingsOf(question: Question, tile: Span, signal: AbortSignal): Promise<Piece> {
  const { subject, quantity, poll } = question;
  const gauge = quantity === "energy" || quantity === "power" ? null : quantity;
  const field = gauge?.name ?? "pv_power";
  const sum = gauge === null && subject.ports > 1;
  const of = { ...ofReadings(subject, gauge?.reading ?? "port"), ...ends(tile), format: "columns" } as const;
  const few = sum ? {} : { max_points: MAX_POINTS };
  const query = {
    ...of,
    ...few,
    fields: sum ? `timestamp,serial_number,port_number,${field}` : `timestamp,${field}`,
  };
  const found = columns(await answer(server.GET("/api/v1/readings", { params: { query }, signal })));
  return sum ? sumOfPorts(found, poll) : stepped({ ...found, start: found.timestamp ?? [] }, field);
}

function ends({ start, end }: Span) {
  return { start: iso(start), end: iso(end) };
}

/** `format=columns` is described for JSON objects only. */
function columns(answered: unknown): Columns {
  return answered as Columns;
}

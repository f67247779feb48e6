/** What a chart shows, from pieces: values over time, gaps where nothing is known, and a compared time beside. */

import { aligned, type Span, type Value } from "../../charts/lines.ts";
import { holdOf, type Piece } from "./answers.ts";
import { type Detail, edgesOf, type Step } from "./detail.ts";
import { brought, type Shift } from "./shift.ts";

/** A piece where it belongs. */
export interface Placed {
  tile: Span;
  piece: Piece;
}

export interface Frame {
  /** Milliseconds of UTC; with `ends`, where periods begin and end. */
  times: number[];
  ends?: number[];
  /** Null where something should be known and is not; undefined where nothing can be. */
  values: Value[];
  low?: Value[];
  high?: Value[];
  gaps: Span[];
}

/** Periods of loaded pieces. `known` is the time in which something could be measured. */
export function periodsOf(placed: readonly Placed[], step: Step, known: Span, zone: string): Frame {
  const parts = placed.map(({ tile, piece }) => partOf(tile, piece, step, known, zone));
  const frame = {
    times: parts.flatMap(({ times }) => times),
    ends: parts.flatMap(({ ends }) => ends),
    values: parts.flatMap(({ values }) => values),
    low: parts.flatMap(({ low }) => low),
    high: parts.flatMap(({ high }) => high),
    gaps: [],
  };
  return { ...frame, gaps: emptyOf(frame, known) };
}

type Part = Omit<Required<Frame>, "gaps">;

/** Parts that do not change any more, by their pieces: while a chart is moved, only what is new is reckoned. */
const parts = new WeakMap<Piece, { of: string; part: Part }>();

function partOf(tile: Span, piece: Piece, step: Step, known: Span, zone: string): Part {
  const [from, to] = [Math.max(tile.start, known.start), Math.min(tile.end, known.end)];
  const of = [tile.start, tile.end, step, from, to, zone].join();
  const kept = parts.get(piece);
  if (kept?.of === of) return kept.part;
  const part = reckoned(tile, piece, edgesOf(tile, step, zone), known);
  parts.set(piece, { of, part });
  return part;
}

function reckoned(tile: Span, piece: Piece, edges: number[], known: Span): Part {
  const rows = new Map(piece.times.map((time, row) => [Math.max(time, tile.start), row]));
  const part: Part = { times: [], ends: [], values: [], low: [], high: [] };
  for (let place = 0; place + 1 < edges.length; place += 1) {
    const [start = 0, end = 0] = [edges[place], edges[place + 1]];
    const row = rows.get(start);
    const missing = end <= known.start || start >= known.end ? undefined : null;
    part.times.push(start);
    part.ends.push(end);
    part.values.push(row === undefined ? missing : piece.values[row]);
    part.low.push(row === undefined ? missing : piece.low?.[row]);
    part.high.push(row === undefined ? missing : piece.high?.[row]);
  }
  return part;
}

/** Periods without a value, side by side as one. */
function emptyOf({ times, ends, values }: Part, known: Span): Span[] {
  const gaps: Span[] = [];
  values.forEach((value, place) => {
    const start = Math.max(times[place] ?? 0, known.start);
    const end = Math.min(ends[place] ?? 0, known.end);
    const last = gaps.at(-1);
    if (value !== null) return;
    if (last?.end === start) last.end = end;
    else gaps.push({ start, end });
  });
  return gaps;
}

/**
 * Wh of periods as their mean power in W. A counter tells after a gap what came meanwhile: of the period in which
 * it does no power can be told.
 */
export function asPower(frame: Frame): Frame {
  const values = frame.values.map((value, place) => {
    if (frame.values[place - 1] === null) return null;
    const hours = ((frame.ends?.[place] ?? 0) - (frame.times[place] ?? 0)) / 3_600_000;
    return value == null ? value : Math.round((value / hours) * 10) / 10;
  });
  return { ...frame, values };
}

/** Readings as they are. */
export function readingsOf(placed: readonly Placed[], poll: number, known: Span): Frame {
  const times = placed.flatMap(({ piece }) => piece.times);
  const values = placed.flatMap(({ piece }) => piece.values);
  return { times, values, gaps: silences(placed, poll, known) };
}

/** Times between readings that are longer than a reading holds. */
function silences(placed: readonly Placed[], poll: number, known: Span): Span[] {
  const gaps: Span[] = [];
  let last = { time: Number.NaN, value: null as number | null };
  let loaded = Number.NaN;
  const until = (time: number) => {
    if (time - last.time > holdOf(poll, last.value)) gaps.push({ start: last.time, end: time });
  };
  for (const { tile, piece } of placed) {
    if (tile.start !== loaded) {
      until(Math.min(loaded, known.end));
      last = { time: Math.max(tile.start, known.start), value: 0 };
    }
    loaded = tile.end;
    piece.times.forEach((time, place) => {
      until(time);
      last = { time, value: piece.values[place] ?? null };
    });
  }
  until(Math.min(loaded, known.end));
  return gaps;
}

/** A frame and, over the same times, another one of the time it is compared with. */
export interface Beside extends Frame {
  beside?: Value[];
}

/** Lay what is compared beside what is shown, by the place in the calendar. */
export function besideEachOther(
  shown: Frame,
  other: Frame,
  { shift, zone, adds, poll }: { shift: Shift; zone: string; adds: boolean; poll: number },
): Beside {
  const drawn = brought(other.times, shift, zone);
  if (shown.ends === undefined) return overReadings(shown, other, drawn, poll);
  const places = new Map(shown.times.map((time, place) => [time, place]));
  const beside: Value[] = new Array(shown.times.length).fill(undefined);
  drawn.forEach((time, row) => {
    const place = time === null ? undefined : places.get(time);
    if (place === undefined) return;
    const [before, value] = [beside[place], other.values[row]];
    beside[place] = adds && before != null && value != null ? before + value : (before ?? value);
  });
  return { ...shown, beside };
}

function overReadings(shown: Frame, other: Frame, drawn: readonly (number | null)[], poll: number): Beside {
  const rows = drawn.flatMap((time, row) => (time === null ? [] : [row]));
  const there = {
    times: rows.map((row) => (drawn[row] ?? 0) / 1000),
    values: rows.map((row) => other.values[row] ?? null),
  };
  const here = broken(shown);
  const longest = holdOf(poll, 0) / 1000;
  const { times, values } = aligned([here, there], longest);
  const [first = [], beside = []] = values;
  return { times: times.map((time) => time * 1000), values: first, beside, gaps: shown.gaps };
}

/** Readings in seconds, with a null in each of their gaps: a gap is a gap. */
export function broken({ times, values, gaps }: Frame): { times: number[]; values: (number | null)[] } {
  const out = { times: [] as number[], values: [] as (number | null)[] };
  let gap = 0;
  times.forEach((time, row) => {
    while (gap < gaps.length && (gaps[gap]?.end ?? 0) <= time) {
      out.times.push(((gaps[gap]?.start ?? 0) + (gaps[gap]?.end ?? 0)) / 2000);
      out.values.push(null);
      gap += 1;
    }
    out.times.push(time / 1000);
    out.values.push(values[row] ?? null);
  });
  return out;
}

/** Which frame pieces make: readings, or periods of a step. */
export function frameOf(
  placed: readonly Placed[],
  detail: Detail,
  power: boolean,
  { poll, known, zone }: { poll: number; known: Span; zone: string },
): Frame {
  if (detail === "raw") return readingsOf(placed, poll, known);
  const frame = periodsOf(placed, detail, known, zone);
  return power ? asPower(frame) : frame;
}

/** A frame from the pieces that it takes: asked for as they are needed, given up when they are not. */

import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { Span } from "../../charts/lines.ts";
import type { Piece } from "./answers.ts";
import { tilesOf } from "./detail.ts";
import { type Beside, besideEachOther, type Frame, frameOf, type Placed } from "./frame.ts";
import { type Calendar, everything } from "./period.ts";
import { pieceOf, type Question } from "./pieces.ts";
import { seriesOf } from "./quantity.ts";
import { compared, type Shift } from "./shift.ts";

export interface Found {
  frame: Frame;
  /** Whether everything within the span is there. */
  complete: boolean;
  error: Error | null;
}

/** The pieces of a span, `beside` of them more on either side, as a frame. */
export function useFrame(question: Question, span: Span | null, calendar: Calendar, beside = 0): Found {
  const { zone, now, first } = calendar;
  const known = useMemo(() => ({ start: first, end: now }), [first, now]);
  const { detail, poll, quantity, subject } = question;
  const series = typeof quantity === "string" ? 1 : seriesOf(quantity, subject); // power comes added up
  const whole = detail === "1mo" || detail === "1y" ? everything(calendar) : known;
  const tiles = span === null ? [] : tilesOf(span, detail, whole, zone, series, beside);
  const { pieces, error } = useQueries({
    queries: tiles.map((tile) => pieceOf(question, tile)),
    combine,
  });
  const placed: Placed[] = tiles.flatMap((tile, place) => {
    const piece = pieces[place];
    return piece === undefined ? [] : [{ tile, piece }];
  });
  const key = `${detail} ${quantity === "power"} ${zone} ${poll} ${tiles.map(({ start }) => start).join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for everything but the pieces
  const frame = useMemo(
    () => frameOf(placed, detail, quantity === "power", { poll, known, zone }),
    [key, pieces, known],
  );
  const needed = span === null ? [] : tilesOf(span, detail, whole, zone, series);
  const there = new Set(placed.map(({ tile }) => tile.start));
  return { frame, complete: needed.every(({ start }) => there.has(start)), error };
}

function combine(results: UseQueryResult<Piece>[]): { pieces: (Piece | undefined)[]; error: Error | null } {
  return {
    pieces: results.map(({ data }) => data),
    error: results.find((each) => each.error !== null && each.data === undefined)?.error ?? null,
  };
}

/** What a chart draws, and of what it is. */
export interface Drawn {
  question: Question;
  shift: Shift | null;
  frame: Beside;
}

export interface Drawing {
  /** Null before anything is there. */
  drawn: Drawn | null;
  /** Whether something finer, or of somewhere else, is on its way. */
  waiting: boolean;
  error: Error | null;
}

/** What is drawn for a span; what was drawn before stays until everything is there. */
export function useDrawn(question: Question, span: Span, shift: Shift | null, calendar: Calendar): Drawing {
  const { zone } = calendar;
  const { poll, quantity } = question;
  const shown = useFrame(question, span, calendar, 1);
  const other = useFrame(question, shift === null ? null : compared(span, shift, zone), calendar, 1);
  const key = [JSON.stringify(question), shift?.months, shift?.days].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for question and shift
  const fresh = useMemo((): Drawn => {
    const context = { zone, adds: quantity === "energy", poll };
    const frame =
      shift === null ? shown.frame : besideEachOther(shown.frame, other.frame, { shift, ...context });
    return { question, shift, frame };
  }, [key, shown.frame, other.frame, zone]);
  const complete = shown.complete && other.complete;
  const held = useRef<{ key: string; drawn: Drawn } | null>(null);
  if (complete || held.current?.key === key) held.current = { key, drawn: fresh };
  return { drawn: held.current?.drawn ?? null, waiting: !complete, error: shown.error ?? other.error };
}

/** The lines of a chart from what was found. */

import type { Line, Span } from "../../charts/lines.ts";
import type { Measurement } from "../../live/plant.ts";
import type { TimeStyle } from "../../words/times.ts";
import type { Detail } from "./detail.ts";
import type { Drawn } from "./found.ts";
import { broken } from "./frame.ts";

export interface Labels {
  shown: string;
  other: string;
  low: string;
  high: string;
}

export interface Chart {
  /** Seconds of UTC. */
  times: number[];
  ends?: number[] | undefined;
  lines: Line[];
  gaps: Span[];
}

/** What is compared comes first: it is drawn behind. */
export function chartOf(
  { question, shift, frame }: Drawn,
  labels: Labels,
  catalogue: readonly Measurement[],
): Chart {
  const { times, values } =
    frame.ends === undefined && frame.beside === undefined ? broken(frame) : inSeconds(frame);
  const bars = question.quantity === "energy";
  const look = lookOf(question.quantity, catalogue);
  const lines: Line[] = [];
  if (shift !== null && frame.beside !== undefined) {
    const kind = bars ? "outline" : "dashed";
    lines.push({
      ...look,
      key: "other",
      label: labels.other,
      values: frame.beside,
      color: "--compared",
      kind,
    });
  }
  for (const edge of ["low", "high"] as const) {
    const values = frame[edge];
    if (
      shift === null &&
      typeof question.quantity !== "string" &&
      values !== undefined &&
      frame.ends !== undefined
    )
      lines.push({ ...look, key: edge, label: labels[edge], values, kind: "range" });
  }
  const kind = bars ? "bars" : question.quantity === "power" ? "area" : "line";
  lines.push({ ...look, key: "shown", label: labels.shown, values, kind });
  return { times, ends: frame.ends?.map((end) => end / 1000), lines, gaps: frame.gaps };
}

function inSeconds({ times, values }: Drawn["frame"]) {
  return { times: times.map((time) => time / 1000), values };
}

type Look = Pick<Line, "unit" | "color"> & { resolution: number | null };

function lookOf(quantity: Drawn["question"]["quantity"], catalogue: readonly Measurement[]): Look {
  if (quantity === "energy") return { unit: "Wh", resolution: 1, color: "--sun" };
  if (quantity === "power") return { unit: "W", resolution: 0.1, color: "--sun" };
  const found = catalogue.find(({ reading, name }) => reading === quantity.reading && name === quantity.name);
  const color =
    quantity.name === "temperature"
      ? "--temperature"
      : quantity.reading === "inverter"
        ? "--grid-import"
        : "--home";
  return { unit: found?.unit ?? "", resolution: found?.resolution ?? null, color };
}

/** How times are written in the legend and the table. */
export function timeStyleOf(
  detail: Detail,
  withinDay: boolean,
): "time" | "moment" | "day" | "month" | "year" {
  const styles = { "1d": "day", "1mo": "month", "1y": "year" } as const satisfies Partial<
    Record<Detail, TimeStyle>
  >;
  if (detail === "1d" || detail === "1mo" || detail === "1y") return styles[detail];
  return withinDay ? "time" : "moment";
}

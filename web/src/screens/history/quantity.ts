/** What is shown: energy, power, or another field of the catalogue. */

import type { Span } from "../../charts/lines.ts";
import type { Measurement } from "../../live/plant.ts";
import { barStep, curveDetail, type Detail } from "./detail.ts";
import type { Gauge, Quantity } from "./pieces.ts";
import type { Subject } from "./subject.ts";

/** Spans up to which power says more than energy. */
const CURVE_UP_TO = 2.6 * 86_400_000;

/** What an address means by its `measure`; without one, or with an unknown one, what suits the span. */
export function quantityOf(
  measure: string | undefined,
  span: Span,
  catalogue: readonly Measurement[],
): Quantity {
  if (measure === "power" || measure === "energy") return measure;
  const gauge = gaugesOf(catalogue).find((each) => nameOf(each) === measure);
  if (gauge !== undefined) return gauge;
  return span.end - span.start <= CURVE_UP_TO ? "power" : "energy";
}

/** Everything else that inverters and their ports report and that can be drawn as a curve. */
export function gaugesOf(catalogue: readonly Measurement[]): Gauge[] {
  return catalogue.flatMap(({ reading, name, kind }) =>
    (reading === "inverter" || reading === "port") && kind === "gauge" && name !== "pv_power"
      ? [{ reading, name }]
      : [],
  );
}

/** As an address writes it. */
export function nameOf(quantity: Quantity): string {
  return typeof quantity === "string" ? quantity : `${quantity.reading}.${quantity.name}`;
}

/** Series that a curve is made of. */
export function seriesOf(quantity: Quantity, subject: Subject): number {
  if (typeof quantity === "string") return subject.ports;
  return quantity.reading === "inverter" ? subject.inverters : subject.ports;
}

/** How finely it is shown. Readings of several series are not drawn over each other: their means are. */
export function detailOf(quantity: Quantity, span: Span, subject: Subject, poll: number): Detail {
  if (quantity === "energy") return barStep(span);
  const series = seriesOf(quantity, subject);
  const detail = curveDetail(span, series, poll);
  return detail === "raw" && quantity !== "power" && series > 1 ? "15m" : detail;
}

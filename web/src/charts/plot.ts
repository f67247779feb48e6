/** uPlot as this dashboard uses it: its options from lines, colours and a zone. No React here. */

import uPlot from "uplot";
import { locale } from "../words/locale.ts";
import { scaled } from "../words/numbers.ts";
import { type TimeStyle, time } from "../words/times.ts";
import { BEHIND, periodBars, SOLID } from "./bars.ts";
import type { Line, Value } from "./lines.ts";
import { periodAxis } from "./periodAxis.ts";

const DAY = 86_400;

/** A colour of tokens.css as the page shows it now. */
export function colorOf(token: string, element: Element): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

function faded(color: string, share: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, transparent)`;
}

function seriesOf(line: Line, element: Element, ends: Wanted["ends"]): uPlot.Series {
  const color = colorOf(line.color, element);
  const common = { label: line.label, scale: line.unit, spanGaps: false, points: { show: false } };
  if (line.kind === "bars") return { ...common, fill: color, width: 0, paths: barsOf(ends) };
  if (line.kind === "outline") {
    const paths = periodBars(() => ends?.() ?? [], BEHIND);
    return { ...common, stroke: color, fill: faded(color, 0.2), width: 1, dash: [4, 3], paths };
  }
  if (line.kind === "range") return { ...common, stroke: faded(color, 0.4), width: 1 };
  const points = {
    show: true,
    size: 6,
    fill: color,
    filter: (self: uPlot, place: number) => alone(self.data[place] ?? []),
  };
  if (line.kind === "area") return { ...common, points, stroke: color, width: 2, fill: faded(color, 0.28) };
  return { ...common, points, stroke: color, width: 2, ...(line.kind === "dashed" ? { dash: [6, 4] } : {}) };
}

/** Where values stand that have no neighbour to draw a line to: they are dots, or nobody would see them. */
export function alone(values: ArrayLike<Value>): number[] {
  const found: number[] = [];
  let [run, last] = [0, 0];
  for (let place = 0; place <= values.length; place += 1) {
    const value = place === values.length ? null : values[place];
    if (value === undefined) continue;
    if (value !== null) [run, last] = [run + 1, place];
    else {
      if (run === 1) found.push(last);
      run = 0;
    }
  }
  return found;
}

/** What lies between two `range` lines that follow on each other, the lower one first, is filled. */
function bandsOf(lines: readonly Line[], element: Element): uPlot.Band[] {
  const low = lines.findIndex(({ kind }) => kind === "range");
  const high = lines[low + 1];
  if (low < 0 || high?.kind !== "range") return [];
  return [{ series: [low + 2, low + 1], fill: faded(colorOf(high.color, element), 0.22) }];
}

/** As wide as the periods, where those are known; else as the narrowest distance of two times allows. */
function barsOf(ends: Wanted["ends"]): uPlot.Series.PathBuilder {
  const { bars } = uPlot.paths;
  if (ends !== undefined || bars === undefined) return periodBars(() => ends?.() ?? [], SOLID);
  return bars({ size: [0.78, 44], radius: 0.12, align: 1 });
}

/** How the ticks of a time axis are written, by the seconds between them. */
export function tickStyle(seconds: number): TimeStyle {
  if (seconds < 60) return "seconds";
  if (seconds < DAY) return "time";
  if (seconds < 28 * DAY) return "shortDay";
  return seconds < 360 * DAY ? "shortMonth" : "year";
}

function timeAxis(zone: string, text: string, line: string, font: string): uPlot.Axis {
  return {
    stroke: text,
    font,
    grid: { show: false },
    ticks: { stroke: line, size: 5, width: 1 },
    gap: 6,
    size: 32,
    space: 64,
    values: (self, splits, __, ___, step) =>
      splits.map((split) => {
        if (step < DAY && split === self.scales.x?.max) return ""; // the end of a day has no room
        const begins = step < DAY && split !== self.scales.x?.min && isMidnight(split, zone);
        return time(split * 1000, begins ? "shortDay" : tickStyle(step), zone);
      }),
  };
}

function isMidnight(seconds: number, zone: string): boolean {
  const shown = uPlot.tzDate(new Date(seconds * 1000), zone);
  return shown.getHours() === 0 && shown.getMinutes() === 0;
}

function valueAxis(unit: string, place: number, text: string, line: string, font: string): uPlot.Axis {
  return {
    scale: unit,
    side: place === 0 ? 3 : 1,
    stroke: text,
    font,
    grid: { show: place === 0, stroke: line, width: 1 },
    ticks: { show: false },
    gap: 6,
    space: 44,
    size: (self, values) => axisWidth(self, values, font),
    values: (_, splits) => ticks(splits, unit),
  };
}

/** All ticks with the prefix of the largest, the unit at the topmost only. */
function ticks(splits: readonly number[], unit: string): string[] {
  const largest = Math.max(...splits.map(Math.abs));
  const prefixed = scaled(largest, unit).unit;
  const divisor = largest === 0 || prefixed === unit ? 1 : sizeOf(prefixed, unit);
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) / divisor;
  const digits =
    [0, 1, 2].find((each) => Math.abs(step * 10 ** each - Math.round(step * 10 ** each)) < 1e-6) ?? 3;
  const format = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const last = splits.length - 1;
  return splits.map(
    (split, place) => `${format.format(split / divisor)}${place === last ? ` ${prefixed}` : ""}`,
  );
}

const SIZES: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9 };

function sizeOf(prefixed: string, unit: string): number {
  return SIZES[prefixed.slice(0, prefixed.length - unit.length)] ?? 1;
}

function axisWidth(self: uPlot, values: string[] | null, font: string): number {
  if (values === null) return 44;
  self.ctx.save();
  self.ctx.font = font;
  const widest = Math.max(...values.map((value) => self.ctx.measureText(value).width));
  self.ctx.restore();
  return Math.ceil(widest) + 14;
}

export interface Wanted {
  lines: readonly Line[];
  zone: string;
  width: number;
  height: number;
  /** Seconds. */
  span: readonly [number, number] | null;
  /** Seconds at which the periods of the values end, where they stand for periods. */
  ends?: (() => readonly number[]) | undefined;
  onCursor: (index: number | null) => void;
  plugins: uPlot.Plugin[];
}

/** Options for these lines. Values that cannot be negative begin at zero, so that heights can be compared. */
export function optionsOf(wanted: Wanted, element: Element): uPlot.Options {
  const text = colorOf("--text-soft", element);
  const line = colorOf("--line", element);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const units = [...new Set(wanted.lines.map(({ unit }) => unit))];
  const scales: uPlot.Scales = {
    x: { time: true, ...(wanted.span === null ? {} : { range: [...wanted.span] }) },
  };
  for (const unit of units) scales[unit] = { range: (_, low, high) => rangeOf(unit, low, high) };
  const named = wanted.lines.some(({ kind }) => kind === "bars") ? wanted.ends : undefined;
  return {
    width: wanted.width,
    height: wanted.height,
    padding: [14, 14, 0, 4],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), wanted.zone),
    scales,
    axes: [
      {
        ...timeAxis(wanted.zone, text, line, font),
        ...(named === undefined ? {} : periodAxis(named, wanted.zone)),
      },
      ...units.map((unit, place) => valueAxis(unit, place, text, line, font)),
    ],
    series: [{}, ...wanted.lines.map((each) => seriesOf(each, element, wanted.ends))],
    bands: bandsOf(wanted.lines, element),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    hooks: { setCursor: [(self) => wanted.onCursor(self.cursor.idx ?? null)] },
    plugins: wanted.plugins,
  };
}

/** Watts and watt-hours stand on zero; volts, hertz and degrees are shown where they are. */
export function rangeOf(unit: string, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (["W", "Wh", "A", "%"].includes(unit)) {
    const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
    return bottom === top ? [0, 1] : [bottom * 1.08, top * 1.08];
  }
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.005, 0.1);
  return [low - room, high + room];
}

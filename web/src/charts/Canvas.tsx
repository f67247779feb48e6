/** The drawn part of a chart. A file of its own: uPlot is loaded once something is drawn. */

import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePreferences } from "../preferences.ts";
import { withUnit } from "../words/numbers.ts";
import { gapBands } from "./gaps.ts";
import { gestures, picking, shifted, within, zoomed } from "./gestures.ts";
import type { Span } from "./lines.ts";
import { momentName, places } from "./moments.ts";
import { colorOf, optionsOf } from "./plot.ts";
import style from "./TimeChart.module.css";
import type { TimeChartProps } from "./TimeChart.tsx";

/** From 1900 to 2100: milliseconds. */
const ANY_TIME = { start: Date.UTC(1900, 0), end: Date.UTC(2100, 0) };

interface Props extends TimeChartProps {
  height: number;
  label: string;
  onCursor: (index: number | null) => void;
}

export default function Canvas(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [said, setSaid] = useState("");
  useDrawing(place, plot, props);

  const onKeyDown = (event: KeyboardEvent) => {
    const chart = plot.current;
    if (chart === null) return;
    if (moveBy(event, chart, props)) return;
    if (event.key === "Enter" && chart.cursor.idx != null) props.onPick?.(chart.cursor.idx);
    const index = nextIndex(event.key, chart, props);
    if (index === null) return;
    event.preventDefault();
    showCursor(chart, index);
    setSaid(sentence(index, props));
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a canvas is no fieldset */}
      <div
        aria-label={props.label}
        className={style.canvas}
        onKeyDown={onKeyDown}
        ref={place}
        role="group"
        style={{ minHeight: props.height }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its cursor is moved by keys
        tabIndex={0}
      />
      <span aria-live="polite" className="heard">
        {said}
      </span>
    </>
  );
}

/** Draw, and draw again when what is shown, how it looks or how much room there is has changed. */
function useDrawing(
  place: { current: HTMLDivElement | null },
  plot: { current: uPlot | null },
  props: Props,
): void {
  const { times, ends, lines, gaps, zone, span, height, onSpan, onPick, onCursor } = props;
  const appearance = useAppearance();
  const [moves, picks, periods] = [onSpan !== undefined, onPick !== undefined, ends !== undefined];
  const shape = lines.map(({ key, kind, unit, color }) => [key, kind, unit, color].join()).join(";");
  const data = useMemo(
    () => [places({ times, ends }), ...lines.map(({ values }) => values)] as uPlot.AlignedData,
    [times, ends, lines],
  );
  const range = span === undefined ? null : ([span.start / 1000, span.end / 1000] as const);
  const [from, to] = [range?.[0], range?.[1]];
  const told = useRef<Span | null>(null);
  const latest = useRef({ ...props, data, range });
  latest.current = { ...props, data, range };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the lines, `appearance` for colours
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const tell = (to: Span) => {
      told.current = to;
      latest.current.onSpan?.(to);
    };
    const plugins = [gapBands(() => latest.current.gaps ?? [], colorOf("--line-strong", element))];
    if (moves) plugins.push(gestures(tell, () => latest.current.limits ?? ANY_TIME));
    if (picks) plugins.push(picking((index) => latest.current.onPick?.(index)));
    const width = Math.max(200, element.clientWidth);
    const wanted = { lines: latest.current.lines, zone, width, height, span: null, onCursor, plugins };
    const widths = periods ? { ends: () => latest.current.ends ?? [] } : {};
    const chart = new uPlot(optionsOf({ ...wanted, ...widths }, element), latest.current.data, element);
    showSpan(chart, latest.current.range);
    plot.current = chart;
    const room = new ResizeObserver(() =>
      chart.setSize({ width: Math.max(200, element.clientWidth), height }),
    );
    room.observe(element);
    return () => {
      room.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape, zone, height, moves, picks, periods, appearance, onCursor]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `from` and `to` stand for the span, `gaps` are asked for
  useEffect(() => {
    const chart = plot.current;
    if (chart === null) return;
    chart.batch(() => {
      chart.setData(data, range === null);
      if (range === null) return;
      const moving = isTold(told.current, range);
      if (!moving) told.current = null;
      showSpan(chart, moving ? shownIn(chart) : range);
    });
  }, [data, gaps, from, to]);
}

/** Whether a span is the one that a movement told: the movement may be further on by now. */
function isTold(told: Span | null, [from, to]: readonly [number, number]): boolean {
  return told !== null && Math.abs(told.start / 1000 - from) < 1 && Math.abs(told.end / 1000 - to) < 1;
}

function shownIn(chart: uPlot): readonly [number, number] {
  return [chart.scales.x?.min ?? 0, chart.scales.x?.max ?? 1];
}

function showSpan(chart: uPlot, range: readonly [number, number] | null): void {
  if (range !== null) chart.setScale("x", { min: range[0], max: range[1] });
}

/** Changes whenever colours do: by the preference or by the system's. */
function useAppearance(): string {
  const preferred = usePreferences(({ appearance }) => appearance);
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const look = () => setDark(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return `${preferred} ${dark}`;
}

/** Where a key moves the cursor within what is shown; null where it does not. Times without any value are passed over. */
function nextIndex(key: string, chart: uPlot, { lines }: Props): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
  const [min, max] = shownIn(chart);
  const shown = Array.from(chart.data[0]);
  const first = shown.findIndex((time) => time >= min);
  const last = shown.findLastIndex((time) => time <= max);
  const has = (at: number) => lines.some(({ values }) => values[at] != null);
  const from = key === "Home" ? first - 1 : key === "End" ? last + 1 : (chart.cursor.idx ?? last + 1);
  const step = key === "Home" ? 1 : key === "End" ? -1 : steps[key];
  if (step === undefined || first < 0 || last < first) return null;
  let next = from + step;
  while (next > first && next < last && !has(next)) next += Math.sign(step);
  return Math.min(last, Math.max(first, next));
}

function showCursor(chart: uPlot, index: number): void {
  const seconds = chart.data[0][index];
  if (seconds !== undefined) chart.setCursor({ left: chart.valToPos(seconds, "x"), top: 0 });
}

function sentence(index: number, { times, ends, lines, zone, timeStyle = "time" }: Props): string {
  const values = lines.map(
    ({ label, values, unit, resolution = null }) => `${label} ${withUnit(values[index], unit, resolution)}`,
  );
  return `${momentName(index, { times, ends, zone, timeStyle })}: ${values.join(", ")}`;
}

/** Keys that move or zoom: with shift, and plus and minus. */
function moveBy(event: KeyboardEvent, chart: uPlot, { onSpan, limits = ANY_TIME }: Props): boolean {
  const span = [chart.scales.x?.min ?? 0, chart.scales.x?.max ?? 1] as const;
  const to = onSpan === undefined ? null : moved(event, span);
  if (to === null) return false;
  event.preventDefault();
  const [start, end] = within(to, [limits.start / 1000, limits.end / 1000]);
  if (end - start >= 60) onSpan?.({ start: start * 1000, end: end * 1000 });
  return true;
}

function moved({ key, shiftKey }: KeyboardEvent, span: readonly [number, number]): [number, number] | null {
  if (key === "+" || key === "=") return zoomed(span, 0.5, 0.5);
  if (key === "-") return zoomed(span, 2, 0.5);
  if (shiftKey && key === "ArrowLeft") return shifted(span, -0.25);
  if (shiftKey && key === "ArrowRight") return shifted(span, 0.25);
  return null;
}

/** The drawn part of a chart. A file of its own: uPlot is loaded once something is drawn. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePreferences } from "../preferences.ts";
import { withUnit } from "../words/numbers.ts";
import { time } from "../words/times.ts";
import { gestures, shifted, zoomed } from "./gestures.ts";
import type { Span, Value } from "./lines.ts";
import { optionsOf } from "./plot.ts";
import style from "./TimeChart.module.css";
import type { TimeChartProps } from "./TimeChart.tsx";

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
    if (props.onSpan !== undefined && moveBy(event, chart, props.onSpan)) return;
    const index = nextIndex(event.key, chart.cursor.idx ?? null, props);
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
  { times, lines, zone, span, height, onSpan, onCursor }: Props,
): void {
  const appearance = useAppearance();
  const moved = useRef(onSpan);
  moved.current = onSpan;
  const moves = onSpan !== undefined;
  const shape = lines
    .map(({ key, kind, unit, color, label }) => [key, kind, unit, color, label].join())
    .join(";");
  const data = useRef<uPlot.AlignedData>([[]]);
  data.current = [times as number[], ...lines.map(({ values }) => values as Value[])];
  const range = span === undefined ? null : ([span.start / 1000, span.end / 1000] as const);
  const from = range?.[0];
  const to = range?.[1];
  const drawn = useRef({ lines, range });
  drawn.current = { lines, range };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the lines, `appearance` for colours
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const plugins = moves ? [gestures((to) => moved.current?.(to))] : [];
    const width = Math.max(200, element.clientWidth);
    const wanted = { lines: drawn.current.lines, zone, width, height, span: null, onCursor, plugins };
    const chart = new uPlot(optionsOf(wanted, element), data.current, element);
    showSpan(chart, drawn.current.range);
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
  }, [shape, zone, height, moves, appearance, onCursor]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `from` and `to` stand for the span
  useEffect(() => {
    const chart = plot.current;
    if (chart === null) return;
    chart.batch(() => {
      chart.setData(data.current, drawn.current.range === null);
      showSpan(chart, drawn.current.range);
    });
  }, [times, lines, from, to]);
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

/** Where a key moves the cursor; null where it does not. Times without any value are passed over. */
function nextIndex(key: string, index: number | null, { times, lines }: Props): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
  const last = times.length - 1;
  const has = (at: number) => lines.some(({ values }) => values[at] != null);
  const from = key === "Home" ? -1 : key === "End" ? last + 1 : (index ?? last + 1);
  const step = key === "Home" ? 1 : key === "End" ? -1 : steps[key];
  if (step === undefined) return null;
  let next = from + step;
  while (next > 0 && next < last && !has(next)) next += Math.sign(step);
  return Math.min(last, Math.max(0, next));
}

function showCursor(chart: uPlot, index: number): void {
  const seconds = chart.data[0][index];
  if (seconds !== undefined) chart.setCursor({ left: chart.valToPos(seconds, "x"), top: 0 });
}

function sentence(index: number, { times, lines, zone, timeStyle = "time" }: Props): string {
  const values = lines.map(
    ({ label, values, unit, resolution = null }) => `${label} ${withUnit(values[index], unit, resolution)}`,
  );
  return `${time((times[index] ?? 0) * 1000, timeStyle, zone)}: ${values.join(", ")}`;
}

/** Keys that move or zoom: with shift, and plus and minus. */
function moveBy(event: KeyboardEvent, chart: uPlot, onSpan: (span: Span) => void): boolean {
  const span = [chart.scales.x?.min ?? 0, chart.scales.x?.max ?? 1] as const;
  const to = moved(event, span);
  if (to === null) return false;
  event.preventDefault();
  onSpan({ start: to[0] * 1000, end: to[1] * 1000 });
  return true;
}

function moved({ key, shiftKey }: KeyboardEvent, span: readonly [number, number]): [number, number] | null {
  if (key === "+" || key === "=") return zoomed(span, 0.5, 0.5);
  if (key === "-") return zoomed(span, 2, 0.5);
  if (shiftKey && key === "ArrowLeft") return shifted(span, -0.25);
  if (shiftKey && key === "ArrowRight") return shifted(span, 0.25);
  return null;
}

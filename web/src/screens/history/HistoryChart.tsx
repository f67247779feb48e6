/** The chart of a period, and of whatever it is moved and zoomed to. */

import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Span } from "../../charts/lines.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { dayName } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { chartOf, type Labels, timeStyleOf } from "./chart.ts";
import { Export } from "./Export.tsx";
import { type Drawn, useDrawn } from "./found.ts";
import style from "./HistoryChart.module.css";
import { highest } from "./headline.ts";
import { periodName, whenIn } from "./names.ts";
import { everything, spanSearch } from "./period.ts";
import { detailOf, quantityOf } from "./quantity.ts";
import { keptCompare } from "./search.ts";
import { compared } from "./shift.ts";
import { useWhat, useWhose } from "./titles.ts";
import type { View } from "./view.ts";
import { useWide } from "./wide.ts";

/** Milliseconds after a movement before the address follows it. */
const REST = 450;

export function HistoryChart({ view }: { view: View }) {
  const { t } = useTranslation(["history", "shell"]);
  const { search, catalogue, subject, poll, calendar, shift } = view;
  const [span, move] = useMovedSpan(view);
  const place = useRef<HTMLDivElement>(null);
  const quantity = quantityOf(search.measure, span, catalogue);
  const question = { subject, quantity, detail: detailOf(quantity, span, subject, poll), poll };
  const { drawn, waiting, error } = useDrawn(question, span, shift, calendar);
  const height = useWide() ? 420 : 300;
  const heading = `${useWhat(view, drawn?.question.quantity ?? quantity)} – ${useWhose(view)}`;
  const kind = moved(span, view) ? ("span" as const) : view.period.kind;
  const title = `${heading}: ${periodName({ ...span, kind }, calendar.zone)}`;
  return (
    <Card title={heading}>
      {error === null ? null : <Failed error={error} />}
      <div aria-busy={waiting} className={style.chart} ref={place}>
        {drawn === null ? (
          error === null ? (
            <Loading height={height + 60} />
          ) : null
        ) : (
          <Chart drawn={drawn} height={height} move={move} span={span} title={title} view={view} />
        )}
        <div className={style.foot}>
          <p className={style.hint}>
            {waiting ? t("shell:loading") : t(quantity === "energy" ? "chart.hintBars" : "chart.hint")}
          </p>
          <Export chart={place} question={question} span={span} title={title} zone={calendar.zone} />
        </div>
      </div>
    </Card>
  );
}

function moved(span: Span, { period }: View): boolean {
  return span.start !== period.start || span.end !== period.end;
}

/** What is shown while the chart is moved; the address follows once it rests. */
function useMovedSpan({ period, calendar, go }: View): [Span, (span: Span) => void] {
  const key = `${period.kind} ${period.start} ${period.end}`;
  const [left, setLeft] = useState<{ from: string; span: Span } | null>(null);
  const span = left?.from === key ? left.span : period;
  const isSpan = period.kind === "span";
  useEffect(() => {
    if (left === null || left.from !== key) return;
    const rest = setTimeout(
      () => go({ ...spanSearch(left.span, calendar.zone), date: undefined }, isSpan),
      REST,
    );
    return () => clearTimeout(rest);
  }, [left, key, isSpan, calendar.zone, go]);
  return [span, (to) => setLeft({ from: key, span: to })];
}

interface ChartProps {
  view: View;
  drawn: Drawn;
  span: Span;
  move: (span: Span) => void;
  height: number;
  title: string;
}

function Chart({ view, drawn, span, move, height, title }: ChartProps) {
  const { t } = useTranslation("history");
  const { calendar, period, go } = view;
  const { zone } = calendar;
  const labels = useLabels(view, drawn, span);
  const words = Object.values(labels).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `words` stands for the labels
  const chart = useMemo(() => chartOf(drawn, labels, view.catalogue), [drawn, words, view.catalogue]);
  const { times, ends, lines, gaps } = chart;
  const best = highest(drawn.frame, span);
  const unit = lines.at(-1)?.unit ?? "";
  const resolution = lines.at(-1)?.resolution ?? null;
  const summary =
    best === null
      ? t("chart.nothing")
      : t("chart.summary", {
          value: withUnit(best.value, unit, resolution),
          when: whenIn(span, best.start, zone),
        });
  const open = OPENS[drawn.question.detail];
  return (
    <TimeChart
      empty={t(
        span.start > calendar.now
          ? "chart.future"
          : span.end <= calendar.first
            ? "chart.before"
            : "chart.nothing",
      )}
      ends={ends}
      gaps={gaps.filter((gap) => gap.end > span.start && gap.start < span.end)}
      height={height}
      limits={everything(calendar)}
      lines={lines}
      onSpan={move}
      {...(open === undefined || drawn.question.quantity !== "energy"
        ? {}
        : {
            onPick: (index) =>
              go({
                period: open,
                date: dayName((times[index] ?? 0) * 1000, zone),
                from: undefined,
                to: undefined,
                compare: keptCompare(view.search.compare),
              }),
          })}
      span={span}
      summary={summary}
      timeStyle={timeStyleOf(drawn.question.detail, period.kind === "day" && !moved(span, view))}
      times={times}
      title={title}
      zone={zone}
    />
  );
}

/** What a click on a bar leads to. */
const OPENS: Partial<Record<string, "day" | "month" | "year">> = {
  "1d": "day",
  "1mo": "month",
  "1y": "year",
};

/** A line is called by its time where there are two, else by what it is. */
function useLabels({ period, calendar, catalogue, ...view }: View, drawn: Drawn, span: Span): Labels {
  const { t } = useTranslation("history");
  const { quantity } = drawn.question;
  const named = {
    ...span,
    kind: moved(span, { period, calendar, catalogue, ...view }) ? ("span" as const) : period.kind,
  };
  const other = drawn.shift === null ? null : compared(span, drawn.shift, calendar.zone);
  const what = typeof quantity === "string" ? t(`what.${quantity}`) : t("figures.mean");
  return {
    shown: other === null ? what : periodName(named, calendar.zone),
    other: other === null ? "" : periodName({ ...named, ...other }, calendar.zone),
    low: t("figures.lowest"),
    high: t("figures.highest"),
  };
}

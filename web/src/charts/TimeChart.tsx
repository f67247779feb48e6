/** A chart over time: with its words, its values under the cursor, its keys and its twin, a table. */

import { type ReactNode, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button.tsx";
import { later } from "../parts/later.tsx";
import { Empty, Loading } from "../parts/Waiting.tsx";
import { Legend } from "./Legend.tsx";
import type { Line, Span } from "./lines.ts";
import style from "./TimeChart.module.css";

const { Component: Canvas, load: loadCanvas } = later(() =>
  import("./Canvas.tsx").then((file) => file.default),
);

const { Component: Table } = later(() => import("./ChartTable.tsx").then((file) => file.ChartTable));

/** Asked for as soon as a screen has a chart, not once its data is there. A failure shows where it is drawn. */
loadCanvas().catch(() => undefined);

export interface TimeChartProps {
  /** What it shows, for those who hear the page and for saved pictures. */
  title: string;
  /** The same in a sentence with the figures that matter. */
  summary: string;
  /** Seconds of UTC, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  /** Where values stand for periods: the seconds at which those end, one for each time. */
  ends?: readonly number[] | undefined;
  /** Hatched: nothing was measured then. */
  gaps?: readonly Span[];
  zone: string;
  /** How a time is written in the legend and the table. */
  timeStyle?: "time" | "seconds" | "moment" | "day" | "weekday" | "month" | "year";
  /** What is shown of time; without, as far as there are values. */
  span?: Span;
  /** Pixels. */
  height?: number;
  /** Hears where somebody moved or zoomed to; without, the chart stands still. */
  onSpan?: (span: Span) => void;
  /** How far it can be moved and zoomed out. */
  limits?: Span;
  /** Hears which value was clicked, or chosen by Enter. */
  onPick?: (index: number) => void;
  /** Said instead of the chart where it has no value at all. */
  empty?: ReactNode;
  /** Beside the button of the table. */
  actions?: ReactNode;
}

export function TimeChart(props: TimeChartProps) {
  const { t } = useTranslation("shell");
  const { title, summary, times, ends, lines, gaps = [], zone, timeStyle = "time", height = 260 } = props;
  const moments = { times, ends, zone, timeStyle };
  const [asTable, setAsTable] = useState(false);
  const [index, setIndex] = useState<number | null>(null);
  const id = useId();
  const nothing = !lines.some(({ values }) => values.some((value) => value != null));
  if (nothing) return <Empty>{props.empty ?? t("chart.empty")}</Empty>;
  return (
    <figure aria-labelledby={id} className={style.chart}>
      <div className={style.head}>
        <Legend gaps={gaps.length > 0} index={index} lines={lines} moments={moments} />
        <div className={style.actions}>
          {props.actions}
          <Button
            icon={asTable ? "chart" : "table"}
            kind="quiet"
            label={t(asTable ? "table.hide" : "table.show")}
            onClick={() => setAsTable(!asTable)}
          />
        </div>
      </div>
      <Suspense fallback={<Loading height={height} />}>
        {asTable ? (
          <Table height={height} lines={lines} moments={moments} span={props.span} title={title} />
        ) : (
          <Canvas
            {...props}
            height={height}
            label={`${title}. ${summary} ${t("chart.keys")}`}
            onCursor={setIndex}
          />
        )}
      </Suspense>
      <figcaption className="heard" id={id}>
        {title}. {summary}
      </figcaption>
    </figure>
  );
}

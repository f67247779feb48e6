/** A port's day as a curve, over the median of its neighbours. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Columns } from "../../api/questions.ts";
import type { Line } from "../../charts/lines.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { startOf } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import { useComparison } from "./comparison.ts";
import { type Day, QUARTER, quarters, quartersOf } from "./day.ts";
import { medians, sharedOver, valuesOf } from "./neighbours.ts";
import type { PortOf } from "./PortScreen.tsx";
import { dayPower } from "./view.ts";

const HEIGHT = 260;

/** Milliseconds after which the day that goes on is asked for again. */
const AGAIN = 2 * 60_000;

export function PortToday({ port }: { port: PortOf }) {
  const { t } = useTranslation("roof");
  const now = usePlantNow(60_000);
  const start = startOf("day", now, port.zone);
  const end = startOf("day", start, port.zone, 1);
  const day = useMemo(() => ({ start, end }), [start, end]);
  const { data, error } = useQuery({ ...dayPower(day), refetchInterval: AGAIN });
  return (
    <Card title={t("port.today")}>
      {error === null ? null : <Failed error={error} />}
      {data === undefined && error === null ? <Loading height={HEIGHT + 52} /> : null}
      {data === undefined ? null : <Curve columns={data} day={day} port={port} />}
    </Card>
  );
}

function Curve({ columns, day, port }: { columns: Columns; day: Day; port: PortOf }) {
  const { t } = useTranslation("roof");
  const { key, neighbours, zone } = port;
  const comparison = useComparison();
  const found = useMemo(() => {
    const times = Array.from({ length: quarters(day) }, (_, at) => (day.start + at * QUARTER) / 1000);
    const table = { times, ports: quartersOf(columns, "mean", day) };
    const ends = times.map((start) => start + QUARTER / 1000);
    return { times, ends, own: valuesOf(table, key), others: medians(table, neighbours) };
  }, [columns, day, key, neighbours]);
  const lines = useLines(found.own, found.others, "W", "area");
  const known = found.own.filter((value) => value !== null);
  if (known.length === 0) return <Empty>{t("port.todayEmpty")}</Empty>;
  const peak = Math.max(...known);
  const at = found.times[found.own.indexOf(peak)] ?? 0;
  const summary = t("port.todaySummary", {
    peak: withUnit(peak, "W"),
    time: written(at * 1000, "time", zone),
    comparison: comparison(sharedOver(found.own, found.others)),
  });
  return (
    <>
      <p>{summary}</p>
      <TimeChart
        ends={found.ends}
        height={HEIGHT}
        lines={lines}
        span={day}
        summary={summary}
        times={found.times}
        title={t("port.today")}
        zone={zone}
      />
    </>
  );
}

/** A port's curve or bars, and its neighbours' median as a dashed line or as bars behind them. */
export function useLines(
  own: readonly (number | null)[],
  others: readonly (number | null)[],
  unit: string,
  kind: "area" | "bars",
): Line[] {
  const { t } = useTranslation("roof");
  return useMemo(() => {
    const mine: Line = { key: "own", label: t("port.ownLine"), unit, values: own, color: "--sun", kind };
    const theirs: Line = {
      key: "others",
      label: t("port.neighbours"),
      unit,
      values: others,
      color: "--compared",
      kind: kind === "bars" ? "outline" : "dashed",
    };
    return others.some((value) => value !== null) ? [mine, theirs] : [mine];
  }, [own, others, unit, kind, t]);
}

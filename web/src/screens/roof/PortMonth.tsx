/** What a port gave on each of the last 30 days, beside the median of its neighbours. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Columns, energyColumns } from "../../api/questions.ts";
import type { Span } from "../../charts/lines.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { sum } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { iso, startOf } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { useComparison } from "./comparison.ts";
import { medians, sharedOver, tableOf, valuesOf } from "./neighbours.ts";
import type { PortOf } from "./PortScreen.tsx";
import { useLines } from "./PortToday.tsx";

const HEIGHT = 240;

export function PortMonth({ port }: { port: PortOf }) {
  const { t } = useTranslation("roof");
  const { start, end } = useLastDays(port.zone);
  const span = useMemo(() => ({ start, end }), [start, end]);
  const { data, error } = useQuery(
    energyColumns({
      by: "port",
      step: "1d",
      start: iso(start),
      end: iso(end),
      fields: "start,serial_number,port_number,energy",
    }),
  );
  return (
    <Card title={t("port.month")}>
      {error === null ? null : <Failed error={error} />}
      {data === undefined && error === null ? <Loading height={HEIGHT + 52} /> : null}
      {data === undefined ? null : <Bars columns={data} port={port} span={span} />}
    </Card>
  );
}

/** The 30 days that end with today, in milliseconds of UTC. */
export function useLastDays(zone: string): { start: number; end: number } {
  const now = usePlantNow(60_000);
  return { start: startOf("day", now, zone, -29), end: startOf("day", now, zone, 1) };
}

function Bars({ columns, port, span }: { columns: Columns; port: PortOf; span: Span }) {
  const { t } = useTranslation("roof");
  const { key, neighbours, zone } = port;
  const comparison = useComparison();
  const found = useMemo(() => {
    const table = tableOf(columns, "energy");
    const ends = table.times.map((start) => startOf("day", start * 1000, zone, 1) / 1000);
    return { times: table.times, ends, own: valuesOf(table, key), others: medians(table, neighbours) };
  }, [columns, key, neighbours, zone]);
  const lines = useLines(found.own, found.others, "Wh", "bars");
  const total = sum(found.own);
  if (total === null) return <Empty>{t("port.monthEmpty")}</Empty>;
  const summary = t("port.monthSummary", {
    total: withUnit(total, "Wh"),
    comparison: comparison(sharedOver(found.own, found.others)),
  });
  return (
    <>
      <p>{summary}</p>
      <TimeChart
        ends={found.ends}
        height={HEIGHT}
        lines={lines}
        span={span}
        summary={summary}
        timeStyle="day"
        times={found.times}
        title={t("port.month")}
        zone={zone}
      />
    </>
  );
}

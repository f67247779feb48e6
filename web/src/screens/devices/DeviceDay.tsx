/** The last 24 hours of an inverter: how warm it was, what the grid gave, and whether the DTU heard it. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { history, system } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import type { Kind } from "../../charts/lines.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { useMeasurement } from "../../live/catalogue.ts";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { iso } from "../../sitetime/zone.ts";
import { percent, withUnit } from "../../words/numbers.ts";
import style from "./DeviceDay.module.css";
import { extremes, type Period, QUARTER, seriesOf, sharesOn } from "./day.ts";

const DAY = 86_400_000;
const HEIGHT = 150;

export function DeviceDay({ serial }: { serial: string }) {
  const { t } = useTranslation("devices");
  const quarters = Math.floor(usePlantNow(60_000) / (QUARTER * 1000));
  const end = (quarters + 1) * QUARTER * 1000;
  const asked = useQuery({
    ...history({
      kind: "inverter",
      measurement: ["temperature", "grid_voltage", "link_status"],
      device: [serial],
      step: "15m",
      start: iso(end - DAY),
      end: iso(end),
    }),
    placeholderData: keepPreviousData,
  });
  const { data: plant } = useQuery(system);
  return (
    <Card title={t("device.day")}>
      {asked.isPending ? <Loading height={HEIGHT + 80} /> : null}
      {asked.error === null ? null : <Failed error={asked.error} retry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 ? <Empty>{t("device.noDay")}</Empty> : null}
      {asked.data === undefined || asked.data.items.length === 0 ? null : (
        <Charts
          every={plant?.poll_seconds ?? QUARTER}
          periods={asked.data.items as Period[]}
          span={{ start: end - DAY, end }}
        />
      )}
    </Card>
  );
}

interface Props {
  periods: readonly Period[];
  /** Seconds between two polls. */
  every: number;
  span: { start: number; end: number };
}

function Charts(props: Props) {
  return (
    <div className={style.charts}>
      <Measure {...props} color="--temperature" name="temperature" />
      <Measure {...props} color="--grid-import" name="grid_voltage" />
      <Linked {...props} />
    </div>
  );
}

function Measure({ periods, every, span, name, color }: Props & { name: string; color: string }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const measurement = useMeasurement("inverter", name);
  const { times, values } = seriesOf(periods, name, every);
  if (measurement === undefined) return null;
  const { label, unit, resolution } = measurement;
  const said = extremes(values);
  const line = { key: name, label, unit, resolution, values, color, kind: "line" as Kind };
  return (
    <TimeChart
      height={HEIGHT}
      lines={[line]}
      span={span}
      summary={t("device.daySummary", {
        lowest: withUnit(said.lowest, unit, resolution),
        highest: withUnit(said.highest, unit, resolution),
        last: withUnit(said.last, unit, resolution),
      })}
      times={times}
      title={label}
      zone={zone}
    />
  );
}

function Linked({ periods, every, span }: Props) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const { times, values } = seriesOf(periods, "link_status", every);
  const shares = sharesOn(values);
  const known = shares.filter((share) => share !== null);
  const mean = known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length / 100;
  const label = t("device.link");
  const line = {
    key: "link",
    label,
    unit: "%",
    resolution: 1,
    values: shares,
    color: "--good",
    kind: "area" as Kind,
  };
  return (
    <TimeChart
      height={HEIGHT}
      lines={[line]}
      span={span}
      summary={t("device.linkSummary", { share: percent(mean) })}
      times={times}
      title={label}
      zone={zone}
    />
  );
}

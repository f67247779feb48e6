/** A strip of 30 days: how much of each was read. Its twin is a table. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { quality } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { iso, startOf } from "../../sitetime/zone.ts";
import { number, percent } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import style from "./Completeness.module.css";
import { type Counted, type Day, daysOf, summed } from "./completeness.ts";

const DAYS = 30;
const HEIGHT = 64;

export function Completeness({ serial, firstSeen }: { serial: string; firstSeen: string }) {
  const { t } = useTranslation(["devices", "shell"]);
  const zone = useZone();
  const now = usePlantNow(60_000);
  const [asTable, setAsTable] = useState(false);
  const start = iso(startOf("day", now, zone, 1 - DAYS));
  const asked = useQuery(quality({ kind: "port", by: "device", device: [serial], start, limit: 1000 }));
  const twin = (
    <Button
      icon={asTable ? "chart" : "table"}
      kind="quiet"
      label={t(asTable ? "shell:table.hide" : "shell:table.show")}
      onClick={() => setAsTable(!asTable)}
    />
  );
  const items = asked.data?.items as Counted[] | undefined;
  const days = items === undefined ? [] : daysOf(items, DAYS, now, zone, Date.parse(firstSeen));
  return (
    <Card title={t("device.completeness")}>
      {asked.isPending ? <Loading height={HEIGHT + 40} /> : null}
      {asked.error === null ? null : <Failed error={asked.error} retry={() => void asked.refetch()} />}
      {items === undefined ? null : (
        <div className={style.head}>
          <Summary days={days} />
          {twin}
        </div>
      )}
      {items === undefined || asTable ? null : <Strip days={days} zone={zone} />}
      {items !== undefined && asTable ? <Table days={days} zone={zone} /> : null}
    </Card>
  );
}

function Summary({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation("devices");
  const { share, short } = summed(days);
  if (share === null) return <p className={style.soft}>{t("device.noQuality")}</p>;
  const said = percent(share, 1);
  if (short === 0) return <p>{t("device.completenessWhole", { share: said })}</p>;
  return <p>{t("device.completenessSummary", { share: said, count: short })}</p>;
}

interface Props {
  days: readonly Day[];
  zone: string;
}

/** Heights say it, colours repeat it; a dot below is a day on which something was put right. */
function Strip({ days, zone }: Props) {
  const first = days[0];
  const last = days.at(-1);
  return (
    <div aria-hidden="true">
      <div className={style.strip} style={{ height: HEIGHT }}>
        {days.map((day) => (
          <div
            className={style.day}
            key={day.start}
            title={`${time(day.start, "shortDay", zone)}: ${percent(day.share, 1)}`}
          >
            <div className={day.share === null ? style.unknown : style.track}>
              <div className={barOf(day)} style={{ height: `${Math.round((day.share ?? 0) * 100)}%` }} />
            </div>
            <span className={day.judged > 0 ? style.judged : style.plain} />
          </div>
        ))}
      </div>
      <p className={style.ends}>
        <span>{first === undefined ? "" : time(first.start, "shortDay", zone)}</span>
        <span>{last === undefined ? "" : time(last.start, "shortDay", zone)}</span>
      </p>
    </div>
  );
}

function barOf({ share }: Day): string | undefined {
  return (share ?? 0) < 0.9 ? style.short : style.full;
}

function Table({ days, zone }: Props) {
  const { t } = useTranslation("devices");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section aria-label={t("device.completenessOf")} className={style.scroll} tabIndex={0}>
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">{t("device.dayName")}</th>
            <th scope="col">{t("device.completenessOf")}</th>
            <th scope="col">{t("device.readings")}</th>
            <th scope="col">{t("device.expected")}</th>
            <th scope="col">{t("device.judged")}</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.start}>
              <th scope="row">{time(day.start, "day", zone)}</th>
              <td>{percent(day.share, 1)}</td>
              <td>{number(day.readings)}</td>
              <td>{number(day.expected)}</td>
              <td>{number(day.judged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A year of the plant as days by hours: what weather, seasons and faults look like from far away. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { energyColumns } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { dayCalled, iso, momentOf } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import style from "./RoofScreen.module.css";
import type { RoofTime } from "./time.ts";
import { clock, YearMap } from "./YearMap.tsx";
import { YearTable } from "./YearTable.tsx";
import { nameOfDay, summaryOf, type YearOfHours, yearOf } from "./year.ts";

/** Pixels of the map with its words, about. */
const HEIGHT = 420;

export function YearCard({ time }: { time: RoofTime }) {
  const { t } = useTranslation(["roof", "shell"]);
  const [asTable, setAsTable] = useState(false);
  const { year, zone } = time;
  const { data, error } = useQuery(hoursOf(year, zone));
  const hours = useMemo(() => (data === undefined ? null : yearOf(data, year)), [data, year]);
  const aside = (
    <>
      <YearChoice time={time} />
      <Button
        icon={asTable ? "roof" : "table"}
        kind="quiet"
        label={t(asTable ? "year.drawn" : "shell:table.show")}
        onClick={() => setAsTable(!asTable)}
      />
    </>
  );
  return (
    <Card aside={aside} title={t("year.title")}>
      {error !== null ? <Failed error={error} /> : null}
      {hours === null && error === null ? <Loading height={HEIGHT} /> : null}
      {hours === null ? null : <Year asTable={asTable} hours={hours} time={time} />}
    </Card>
  );
}

/** Every hour of a plant's year, in one answer. */
function hoursOf(year: number, zone: string) {
  return energyColumns({
    by: "plant",
    step: "1h",
    start: iso(momentOf(zone, year, 1, 1)),
    end: iso(momentOf(zone, year + 1, 1, 1)),
    fields: "local_start,energy",
  });
}

function Year({ hours, asTable, time }: { hours: YearOfHours; asTable: boolean; time: RoofTime }) {
  const { t } = useTranslation("roof");
  const summary = useYearSummary(hours, time.zone);
  if (summary === null) return <Empty>{t("year.empty", { year: hours.year })}</Empty>;
  return (
    <>
      <p>{summary}</p>
      {asTable ? <YearTable hours={hours} /> : <YearMap hours={hours} summary={summary} time={time} />}
    </>
  );
}

function useYearSummary(hours: YearOfHours, zone: string): string | null {
  const { t } = useTranslation("roof");
  return useMemo(() => {
    const found = summaryOf(hours);
    if (found === null) return null;
    const best = dayCalled(nameOfDay(hours.year, found.bestDay), zone) ?? 0;
    return t("year.summary", {
      total: withUnit(found.total, "Wh"),
      days: found.known,
      day: written(best, "shortDay", zone),
      best: withUnit(found.bestDayEnergy, "Wh"),
      hour: clock(found.bestHour),
    });
  }, [hours, zone, t]);
}

function YearChoice({ time }: { time: RoofTime }) {
  const { t } = useTranslation("roof");
  const { year, today, choose } = time;
  return (
    <div className={style.group}>
      <Button
        icon="left"
        kind="quiet"
        label={t("year.previous")}
        onClick={() => choose({ year: year - 1 })}
      />
      <strong>{year}</strong>
      <Button
        disabled={year >= Number(today.slice(0, 4))}
        icon="right"
        kind="quiet"
        label={t("year.next")}
        onClick={() => choose({ year: year + 1 })}
      />
    </div>
  );
}

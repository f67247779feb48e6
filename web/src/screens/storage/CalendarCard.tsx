/** How complete the readings of a year are, day by day: as a calendar, a table and a sentence. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { quality } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import { ChartTable } from "../../charts/ChartTable.tsx";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { navigate, useSearch } from "../../routing/index.tsx";
import { plantNow } from "../../sitetime/clock.ts";
import { iso, localOf, momentOf } from "../../sitetime/zone.ts";
import { percent } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { Calendar } from "./Calendar.tsx";
import style from "./CalendarCard.module.css";
import { type Month, monthsOf, summaryOf, yearsOf } from "./calendar.ts";

export function CalendarCard({ oldest }: { oldest: string | null }) {
  const { t } = useTranslation(["storage", "shell"]);
  const zone = useZone();
  const now = plantNow();
  const { year = localOf(now, zone).year } = useSearch({ from: "/storage" });
  const show = (chosen: number) => navigate({ to: "/storage", search: { year: chosen }, resetScroll: false });
  const [asTable, setAsTable] = useState(false);
  const toggle = (
    <Button
      icon={asTable ? "chart" : "table"}
      kind="quiet"
      label={asTable ? t("shell:table.hide") : t("shell:table.show")}
      onClick={() => setAsTable(!asTable)}
    />
  );
  const years = yearsOf(oldest, now, zone, year);
  return (
    <Card
      aside={
        <>
          <Years asked={year} onChange={show} years={years} />
          {toggle}
        </>
      }
      title={t("calendar.title")}
    >
      <p className={style.about}>{t("calendar.about")}</p>
      <Year asTable={asTable} key={year} year={year} />
    </Card>
  );
}

interface YearsProps {
  asked: number;
  years: readonly number[];
  onChange: (year: number) => void;
}

function Years({ asked, years, onChange }: YearsProps) {
  const { t } = useTranslation("storage");
  const place = years.indexOf(asked);
  const before = years[place + 1];
  const after = years[place - 1];
  return (
    <>
      <Button
        disabled={before === undefined}
        icon="left"
        kind="quiet"
        label={t("calendar.previous")}
        onClick={() => before !== undefined && onChange(before)}
      />
      <select
        aria-label={t("calendar.year")}
        className={style.year}
        onChange={(event) => onChange(Number(event.target.value))}
        value={asked}
      >
        {years.map((year) => (
          <option key={year} value={year}>
            {year}
          </option>
        ))}
      </select>
      <Button
        disabled={after === undefined}
        icon="right"
        kind="quiet"
        label={t("calendar.next")}
        onClick={() => after !== undefined && onChange(after)}
      />
    </>
  );
}

function Year({ year, asTable }: { year: number; asTable: boolean }) {
  const zone = useZone();
  const { data, error, refetch } = useQuery(
    quality({
      by: "plant",
      start: iso(momentOf(zone, year, 1, 1)),
      end: iso(momentOf(zone, year + 1, 1, 1)),
    }),
  );
  const months = useMemo(() => monthsOf(year, zone, data?.items ?? []), [year, zone, data]);
  if (data === undefined) {
    if (error === null) return <Loading height={420} />;
    return <Failed error={error} retry={() => void refetch()} />;
  }
  return (
    <>
      <Sentence months={months} year={year} />
      {asTable ? <Table months={months} year={year} /> : <Calendar months={months} year={year} />}
    </>
  );
}

function Sentence({ months, year }: { months: readonly Month[]; year: number }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const { days, whole, empty, worst, repaired } = summaryOf(months);
  if (days === 0) return <p>{t("calendar.nothing", { year })}</p>;
  const parts = [t("calendar.summary", { year, whole, count: days })];
  if (empty > 0) parts.push(t("calendar.empty", { count: empty }));
  if (worst !== null) {
    const day = time(worst.moment, "shortDay", zone);
    parts.push(t("calendar.worst", { day, share: percent(worst.completeness, 1) }));
  }
  if (repaired > 0) parts.push(t("calendar.repairs", { count: repaired }));
  return <p>{parts.join(" ")}</p>;
}

function Table({ months, year }: { months: readonly Month[]; year: number }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const days = months.flatMap((month) => month.days).filter(({ level }) => level !== "outside");
  const shared = { unit: "", color: "--sun", kind: "bars" } as const;
  const lines = [
    { ...shared, key: "readings", label: t("calendar.readings"), values: days.map((day) => day.readings) },
    { ...shared, key: "expected", label: t("calendar.expected"), values: days.map((day) => day.expected) },
    {
      ...shared,
      key: "share",
      label: t("calendar.share"),
      unit: "%",
      resolution: 0.1,
      values: days.map(({ completeness }) => (completeness === null ? null : completeness * 100)),
    },
    {
      ...shared,
      key: "repaired",
      label: t("calendar.columns.repaired"),
      values: days.map((day) => day.repaired),
    },
    {
      ...shared,
      key: "setAside",
      label: t("calendar.columns.setAside"),
      values: days.map((day) => day.setAside),
    },
  ];
  const times = days.map(({ moment }) => moment / 1000);
  const title = t("calendar.label", { year });
  const shown = { times, zone, timeStyle: "day" } as const;
  return <ChartTable height={420} lines={lines} moments={shown} title={title} />;
}

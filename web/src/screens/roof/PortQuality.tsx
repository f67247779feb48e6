/** How much of what a port should have said is there, and what was doubted of it. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { quality, type Schemas } from "../../api/questions.ts";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { iso } from "../../sitetime/zone.ts";
import { percent } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import { useLastDays } from "./PortMonth.tsx";
import style from "./PortScreen.module.css";
import type { PortOf } from "./PortScreen.tsx";
import { shareOf } from "./standing.ts";

type DayOfQuality = Schemas["Quality"];

const REASONS = [
  "zero_glitch",
  "implausible",
  "frozen",
  "counter_fall",
  "counter_jump",
  "counter_wrap",
  "suspect_time",
  "replaced_value",
] as const;

export function PortQuality({ port }: { port: PortOf }) {
  const { t } = useTranslation("roof");
  const { inverter, number, zone } = port;
  const { start, end } = useLastDays(zone);
  const span = { start: iso(start), end: iso(end) };
  const { data, error } = useQuery(
    quality({ kind: "port", device: [inverter.serial], port: [number], ...span }),
  );
  return (
    <Card title={t("port.completeness")}>
      {error === null ? null : <Failed error={error} />}
      {data === undefined && error === null ? <Loading height={200} /> : null}
      {data?.items.length === 0 ? <Empty icon="table">{t("port.completeNone")}</Empty> : null}
      {data === undefined || data.items.length === 0 ? null : <Days days={data.items} zone={zone} />}
    </Card>
  );
}

function Days({ days, zone }: { days: readonly DayOfQuality[]; zone: string }) {
  const { t } = useTranslation("roof");
  const readings = days.reduce((sum, day) => sum + Math.min(day.readings, day.expected ?? 0), 0);
  const expected = days.reduce((sum, day) => sum + (day.expected ?? 0), 0);
  const doubts = REASONS.map((reason) => ({
    reason,
    count: days.reduce((sum, day) => sum + day[reason], 0),
  })).filter(({ count }) => count > 0);
  return (
    <>
      <p>{t("port.complete", { share: percent(shareOf(readings, expected), 1) })}</p>
      <ol aria-label={t("port.days")} className={style.days}>
        {days.map((day) => (
          <Day day={day} key={day.start} zone={zone} />
        ))}
      </ol>
      {doubts.length === 0 ? (
        <p className={style.soft}>{t("port.judgedNone")}</p>
      ) : (
        <ul>
          {doubts.map(({ reason, count }) => (
            <li key={reason}>{t("port.judged", { count, reason: t(`reason.${reason}`) })}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** A day as a vessel: filled as far as its readings are there. */
function Day({ day, zone }: { day: DayOfQuality; zone: string }) {
  const { t } = useTranslation("roof");
  const share = day.completeness ?? null;
  const said = t("port.dayOf", { day: written(day.start, "shortDay", zone), share: percent(share) });
  return (
    <li className={share === null ? style.nothing : undefined} title={said}>
      <span style={{ height: `${Math.min(1, share ?? 0) * 100}%` }} />
      <span className="heard">{said}</span>
    </li>
  );
}

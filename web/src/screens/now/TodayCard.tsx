/** Today's power, as high as there is room, before the curve that is usual. */

import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { aligned, type Line, type Measured } from "../../charts/lines.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { startOf } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { useRoom } from "./room.ts";
import style from "./TodayCard.module.css";
import { type Today, useMetered } from "./today.ts";

/** Seconds without a value after which a curve breaks: three quarters of an hour, for those are drawn too. */
const LONGEST = 2700;

interface Props {
  today: Today;
  /** W now, for the end of the curve. */
  power: number | null;
  now: number;
  zone: string;
  /** Whether somebody measures what the home uses. */
  balanced: boolean;
}

export function TodayCard({ today, power, now, zone, balanced }: Props) {
  const { t } = useTranslation("now");
  const room = useRef<HTMLDivElement>(null);
  const height = useRoom(room);
  const metered = useMetered(zone, balanced);
  const minute = Math.floor(now / 60_000) * 60_000;
  const sun = metered.sun.times.length > 0 ? metered.sun : today.curve;
  const curve = useMemo(() => withEnd(sun, power, minute), [sun, power, minute]);
  const chart = useMemo(() => {
    const series: { measured: Measured; line: Omit<Line, "values"> }[] = [
      {
        measured: today.usually,
        line: { key: "usual", label: t("usual"), unit: "W", color: "--compared", kind: "dashed" },
      },
      {
        measured: curve,
        line: { key: "sun", label: t("sunPower"), unit: "W", color: "--sun", kind: "area" },
      },
    ];
    if (balanced) {
      series.push({
        measured: metered.home,
        line: { key: "home", label: t("home"), unit: "W", color: "--home", kind: "line" },
      });
    }
    const some = series.filter(({ measured }) => measured.times.length > 0);
    const { times, values } = aligned(
      some.map(({ measured }) => measured),
      LONGEST,
    );
    return { times, lines: some.map(({ line }, place) => ({ ...line, values: values[place] ?? [] })) };
  }, [today.usually, curve, metered.home, balanced, t]);
  const day = startOf("day", now, zone);
  const span = useMemo(() => ({ start: day, end: startOf("day", day, zone, 1) }), [day, zone]);
  return (
    <Card tall title={t("todayPower")}>
      <div className={style.room} ref={room}>
        {today.state === "known" ? (
          <TimeChart
            empty={t("noneToday")}
            height={height}
            lines={chart.lines}
            span={span}
            summary={summaryOf(today, t, zone)}
            times={chart.times}
            title={t("todayPower")}
            zone={zone}
          />
        ) : today.state === "loading" ? (
          <Loading height={height} />
        ) : (
          <Failed error={today.error} />
        )}
      </div>
    </Card>
  );
}

/** The curve up to now: what the stream says is later than what was asked for. */
function withEnd({ times, values }: Measured, power: number | null, now: number): Measured {
  const last = times.at(-1);
  if (power === null || last === undefined || last >= now / 1000) return { times, values };
  return { times: [...times, now / 1000], values: [...values, power] };
}

type Words = ReturnType<typeof useTranslation<"now">>["t"];

function summaryOf({ curve, energy, usual }: Today, t: Words, zone: string): string {
  const highest = curve.values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const at = curve.times[curve.values.indexOf(highest)];
  const parts = [t("summary.energy", { energy: withUnit(energy, "Wh") })];
  if (usual !== null) parts.push(t("usualByNow", { energy: withUnit(usual, "Wh") }));
  if (at !== undefined && highest > 0) {
    parts.push(t("summary.peak", { power: withUnit(highest, "W"), time: time(at * 1000, "time", zone) }));
  }
  return parts.join(". ");
}

/** Which time is shown, and by what it is coloured. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { dayCalled, dayName, startOf } from "../../sitetime/zone.ts";
import { time as written } from "../../words/times.ts";
import { Choice } from "./Choice.tsx";
import { lightOf, outline, QUARTER, quarters } from "./day.ts";
import { usePlaying } from "./playing.ts";
import style from "./RoofScreen.module.css";
import type { RoofTime } from "./time.ts";
import type { RoofView } from "./view.ts";

interface Props {
  time: RoofTime;
  view: RoofView;
  /** Beside what colours mean. */
  aside: ReactNode;
}

export function TimeBar({ time, view, aside }: Props) {
  const { t } = useTranslation("roof");
  const options = (["power", "energy"] as const).map((value) => ({ value, label: t(`by.${value}`) }));
  return (
    <>
      <div className={style.bar}>
        <DayChoice time={time} />
        <div className={`${style.group} ${style.colouring}`}>
          <Choice
            label={t("by.label")}
            onChange={(by) => time.choose({ by })}
            options={options}
            value={time.by}
          />
          {aside}
        </div>
      </div>
      <DaySlider time={time} view={view} />
    </>
  );
}

function DayChoice({ time }: { time: RoofTime }) {
  const { t } = useTranslation("roof");
  const { day, zone, today, dayName: shown, live } = time;
  const goTo = (moment: number) => {
    const name = dayName(moment, zone);
    time.choose(name > today ? { day: undefined, quarter: undefined } : { day: name, quarter: undefined });
  };
  const beside = (shift: number) => goTo(startOf("day", day.start, zone, shift));
  return (
    <div className={`${style.group} ${style.day}`}>
      <Button
        aria-pressed={live}
        icon="live"
        kind={live ? "main" : "plain"}
        onClick={() => time.choose({ day: undefined, quarter: undefined })}
      >
        {t("time.now")}
      </Button>
      <Button icon="left" kind="quiet" label={t("time.previous")} onClick={() => beside(-1)} />
      <input
        aria-label={t("time.day")}
        className={style.date}
        max={today}
        onChange={(event) => goTo(dayCalled(event.target.value, zone) ?? day.start)}
        type="date"
        value={shown}
      />
      <Button
        disabled={shown >= today}
        icon="right"
        kind="quiet"
        label={t("time.next")}
        onClick={() => beside(1)}
      />
    </div>
  );
}

function DaySlider({ time, view }: Omit<Props, "aside">) {
  const { t } = useTranslation("roof");
  const { day, slide } = time;
  const { playing, toggle } = usePlaying(lightOf(view.plant), view.quarter, time.dayName, slide);
  const last = quarters(day) - 1;
  const said = useShownTime(time, view.quarter);
  return (
    <div className={style.sliding}>
      <Button
        icon={playing ? "pause" : "play"}
        label={t(playing ? "time.pause" : "time.play")}
        onClick={toggle}
      />
      <div className={style.track}>
        <svg aria-hidden="true" className={style.curve} preserveAspectRatio="none" viewBox="0 0 1 1">
          <path d={outline(view.plant)} fill="currentColor" />
        </svg>
        <input
          aria-label={t("time.slider")}
          aria-valuetext={said}
          className={style.slider}
          max={last}
          min={0}
          onChange={(event) => slide(Number(event.target.value))}
          type="range"
          value={view.quarter ?? (time.live ? quarterNow(view) : last)}
        />
      </div>
      <div className={style.shown}>
        <strong>{said}</strong>
        <span>{view.waiting ? t("plan.waiting") : written(day.start, "weekday", time.zone)}</span>
      </div>
    </div>
  );
}

/** The last quarter hour of which anything is known. */
function quarterNow({ plant }: RoofView): number {
  return Math.max(
    0,
    plant.findLastIndex((value) => value !== null),
  );
}

/** The time that is shown, in words. */
export function useShownTime(time: RoofTime, quarter: number | null): string {
  const { t } = useTranslation("roof");
  const { live, by, day, zone } = time;
  if (live) return t(by === "energy" ? "time.soFar" : "time.live");
  if (quarter === null) return t(time.dayName === time.today ? "time.soFar" : "time.whole");
  const from = written(day.start + quarter * QUARTER, "time", zone);
  const to = written(day.start + (quarter + 1) * QUARTER, "time", zone);
  return by === "energy" ? t("time.until", { time: to }) : `${from} – ${to}`;
}

/** The map of a year on a canvas, with words at its axes, a cursor for pointers and keys, and its legend. */

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { usePreferences } from "../../preferences.ts";
import { momentOf } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import { type Cursor, cursorAt, movedCursor } from "./cursor.ts";
import type { RoofTime } from "./time.ts";
import style from "./YearMap.module.css";
import {
  dayAt,
  HOURS,
  hourAt,
  monthStarts,
  nameOfDay,
  pixelsOf,
  type Rgb,
  type YearOfHours,
} from "./year.ts";

interface Props {
  hours: YearOfHours;
  summary: string;
  time: RoofTime;
}

const CLOCK = [0, 6, 12, 18, 24];

export function YearMap({ hours, summary, time }: Props) {
  const { t } = useTranslation("roof");
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  useDrawing(canvas, hours);
  const at = cursor !== null && cursor.day < hours.days ? cursor : null;
  const said = useCursorWords(hours, at, time.zone);
  const open = (where: Cursor) =>
    time.choose({
      day: nameOfDay(hours.year, where.day),
      quarter: undefined,
      by: "energy",
      year: hours.year,
    });

  const pointed = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return cursorAt(
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
      hours.days,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && at !== null) open(at);
    const next = movedCursor(at, event.key, hours.year, hours.days);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  return (
    <figure className={style.figure}>
      <div className={style.map}>
        <Clock />
        {/* biome-ignore lint/a11y/useSemanticElements: a canvas is no fieldset */}
        <div
          aria-label={`${t("year.label", { year: hours.year })} ${summary} ${t("year.keys")}`}
          className={style.place}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => setCursor(pointed(event))}
          onPointerUp={(event) => {
            setCursor(pointed(event));
            if (event.pointerType === "mouse") open(pointed(event));
          }}
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its cursor is moved by keys
          tabIndex={0}
        >
          <canvas className={style.canvas} height={HOURS} ref={canvas} width={hours.days} />
          {at === null ? null : <CursorSign at={at} days={hours.days} />}
        </div>
        <Months year={hours.year} days={hours.days} />
      </div>
      <div className={style.told}>
        <span aria-live="polite">{said ?? t("year.hint")}</span>
        {at === null ? null : (
          <Button icon="roof" kind="quiet" onClick={() => open(at)}>
            {t("year.open")}
          </Button>
        )}
      </div>
      <Scale most={hours.most} />
    </figure>
  );
}

/** Draw whenever the year or the colours are others. */
function useDrawing(canvas: { current: HTMLCanvasElement | null }, hours: YearOfHours): void {
  const appearance = usePreferences((preferred) => preferred.appearance);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `appearance` stands for the colours
  useEffect(() => {
    const draw = () => canvas.current !== null && drawn(canvas.current, hours);
    draw();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => dark.removeEventListener("change", draw);
  }, [canvas, hours, appearance]);
}

function drawn(canvas: HTMLCanvasElement, hours: YearOfHours): void {
  const drawing = canvas.getContext("2d");
  if (drawing === null) return;
  const scale = [0, 1, 2, 3, 4, 5].map((step) => shownColour(`--heat-${step}`, canvas));
  const picture = drawing.createImageData(hours.days, HOURS);
  picture.data.set(pixelsOf(hours, scale));
  drawing.putImageData(picture, 0, 0);
}

/** A colour of tokens.css as the page shows it now. */
function shownColour(token: string, canvas: HTMLCanvasElement): Rgb {
  canvas.style.color = `var(${token})`;
  const [red = 0, green = 0, blue = 0] = getComputedStyle(canvas).color.match(/\d+/g)?.map(Number) ?? [];
  return [red, green, blue];
}

function useCursorWords(hours: YearOfHours, at: Cursor | null, zone: string): string | null {
  const { t } = useTranslation("roof");
  if (at === null) return null;
  const day = written(momentOf(zone, hours.year, 1, at.day + 1), "day", zone);
  const when = t("year.hour", { day, from: clock(at.hour), to: clock(at.hour + 1) });
  const value = hourAt(hours, at.day, at.hour);
  const told = value === null ? t("year.none") : withUnit(value, "Wh");
  return `${when}: ${told} · ${t("year.ofDay", { energy: withUnit(dayAt(hours, at.day), "Wh") })}`;
}

function CursorSign({ at, days }: { at: Cursor; days: number }) {
  const place = { left: `${((at.day + 0.5) / days) * 100}%`, top: `${((at.hour + 0.5) / HOURS) * 100}%` };
  return <span aria-hidden="true" className={style.cursor} style={place} />;
}

function Clock() {
  return (
    <div aria-hidden="true" className={style.clock}>
      {CLOCK.map((hour) => (
        <span key={hour} style={{ top: `${(hour / HOURS) * 100}%` }}>
          {hour}
        </span>
      ))}
    </div>
  );
}

function Months({ year, days }: { year: number; days: number }) {
  return (
    <div aria-hidden="true" className={style.months}>
      {monthStarts(year)
        .slice(0, 12)
        .map((start, month) => (
          <span key={start} style={{ left: `${(start / days) * 100}%` }}>
            {written(Date.UTC(year, month, 15), "shortMonth", "UTC")}
          </span>
        ))}
    </div>
  );
}

function Scale({ most }: { most: number }) {
  const { t } = useTranslation("roof");
  return (
    <div className={style.scale}>
      <span className={style.key}>
        {t("year.zero")}
        <span aria-hidden="true" className={style.ramp} />
        {t("year.much", { energy: withUnit(most, "Wh") })}
      </span>
      <span className={style.key}>
        <span className={style.missing} />
        {t("year.missing")}
      </span>
    </div>
  );
}

/** An hour of the clock, as an axis writes it. */
export function clock(hour: number): string {
  return written(Date.UTC(2026, 0, 1, hour), "time", "UTC");
}

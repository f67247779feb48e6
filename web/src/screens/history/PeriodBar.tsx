/** Which time is shown: its kind, the way to others, and today. */

import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { dayName, startOf } from "../../sitetime/zone.ts";
import { periodName } from "./names.ts";
import style from "./PeriodBar.module.css";
import { isRunning, neighbour, type Period } from "./period.ts";
import { keptCompare, type Loose, PERIODS, type PeriodKind } from "./search.ts";
import type { View } from "./view.ts";

export function PeriodBar({ view }: { view: View }) {
  const { t } = useTranslation("history");
  return (
    <section aria-label={t("period.label")} className={style.bar}>
      <fieldset className={style.kinds}>
        <legend className="heard">{t("period.label")}</legend>
        {PERIODS.map((kind) => (
          <button
            aria-pressed={view.period.kind === kind}
            className={style.kind}
            key={kind}
            onClick={() => view.go(toKind(kind, view))}
            type="button"
          >
            {t(`period.${kind}`)}
          </button>
        ))}
      </fieldset>
      <Steps view={view} />
    </section>
  );
}

/** The same time as a period of another kind: where today is in it, today's. */
function toKind(kind: PeriodKind, { period, calendar, search }: View): Loose {
  const { zone, now } = calendar;
  const last = dayName(Math.max(period.start, Math.min(period.end - 1, now)), zone);
  const compare = kind === "all" || kind === period.kind ? search.compare : keptCompare(search.compare);
  if (kind === "span")
    return { period: kind, date: undefined, from: dayName(period.start, zone), to: last, compare };
  const date = isRunning(period, now) ? undefined : last;
  return { period: kind, date, from: undefined, to: undefined, compare };
}

function Steps({ view }: { view: View }) {
  const { t } = useTranslation(["history", "shell"]);
  const { period, calendar, go } = view;
  const [before, after] = [neighbour(period, -1, calendar), neighbour(period, 1, calendar)];
  const running = isRunning(period, calendar.now);
  return (
    <div className={style.steps}>
      <Button
        disabled={before === null}
        icon="left"
        kind="quiet"
        label={t("shell:actions.previous")}
        onClick={() => before !== null && go(before)}
      />
      <h2 aria-live="polite" className={style.name}>
        {periodName(period, calendar.zone)}
      </h2>
      <Button
        disabled={after === null}
        icon="right"
        kind="quiet"
        label={t("shell:actions.next")}
        onClick={() => after !== null && go(after)}
      />
      <div className={style.dates}>
        {period.kind === "span" ? <SpanDates view={view} /> : null}
        {period.kind === "span" || period.kind === "all" ? null : <OneDate view={view} />}
        {running || period.kind === "all" ? null : (
          <Button onClick={() => go(toToday(period))}>{t("shell:actions.today")}</Button>
        )}
      </div>
    </div>
  );
}

function toToday({ kind }: Period): Loose {
  return { period: kind === "span" ? "day" : kind, date: undefined, from: undefined, to: undefined };
}

function OneDate({ view: { period, calendar, go } }: { view: View }) {
  const { t } = useTranslation("history");
  const shown = isRunning(period, calendar.now) ? calendar.now : period.start;
  return (
    <DateField
      calendar={calendar}
      label={t("period.date")}
      moment={shown}
      onChange={(date) => go({ date })}
    />
  );
}

function SpanDates({ view: { period, calendar, go } }: { view: View }) {
  const { t } = useTranslation("history");
  const { zone } = calendar;
  const [from, to] = [dayName(period.start, zone), dayName(period.end - 1, zone)];
  return (
    <>
      <DateField
        calendar={calendar}
        label={t("period.from")}
        moment={period.start}
        onChange={(date) => go({ from: date, to })}
      />
      <span aria-hidden="true">–</span>
      <DateField
        calendar={calendar}
        label={t("period.to")}
        moment={period.end - 1}
        onChange={(date) => go({ from, to: date })}
      />
    </>
  );
}

interface DateFieldProps {
  label: string;
  moment: number;
  calendar: View["calendar"];
  onChange: (date: string) => void;
}

/** The browser's own calendar: every phone has a good one. */
export function DateField({ label, moment, calendar: { zone, now, first }, onChange }: DateFieldProps) {
  return (
    <input
      aria-label={label}
      className={style.date}
      max={dayName(now, zone)}
      min={dayName(Math.min(first, startOf("day", moment, zone)), zone)}
      onChange={({ target }) => target.value !== "" && onChange(target.value)}
      title={label}
      type="date"
      value={dayName(moment, zone)}
    />
  );
}

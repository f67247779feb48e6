/**
 * A year as twelve small months. Shade and pattern of a day tell how complete it is; whoever points at it or
 * walks there by keys reads it in words.
 */

import { type KeyboardEvent, type MouseEvent, memo, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { navigate } from "../../routing/index.tsx";
import { plantNow } from "../../sitetime/clock.ts";
import { time } from "../../words/times.ts";
import style from "./Calendar.module.css";
import { type Day, dayAfterKey, firstFocus, LEVELS, type Month } from "./calendar.ts";
import { useDayWords } from "./dayWords.ts";

export function Calendar({ months, year }: { months: readonly Month[]; year: number }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const hint = useId();
  const place = useRef<HTMLDivElement>(null);
  const days = useMemo(() => months.flatMap((month) => month.days), [months]);
  const [focused, setFocused] = useState(() => firstFocus(days, plantNow(), zone));
  const [pointed, setPointed] = useState<string | null>(null);
  const words = useDayWords();

  const walk = (event: KeyboardEvent) => {
    const next = dayAfterKey(event.key, focused, days);
    if (next === null) return;
    event.preventDefault();
    setFocused(next);
    place.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };
  const open = (event: MouseEvent) => {
    const link = linkOf(event.target);
    if (link === null || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate({ to: "/history", search: { period: "day", date: link.dataset.day ?? "" } });
  };
  const look = (target: EventTarget | null) => setPointed(linkOf(target)?.dataset.day ?? null);
  const shown = days.find(({ name }) => name === pointed);
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what can be pressed are the links in it */}
      <div
        onBlur={() => setPointed(null)}
        onClick={open}
        onFocus={(event) => look(event.target)}
        onKeyDown={walk}
        onMouseOut={() => setPointed(null)}
        onMouseOver={(event) => look(event.target)}
        ref={place}
      >
        <nav aria-describedby={hint} aria-label={t("calendar.label", { year })} className={style.months}>
          {months.map((month) => (
            <MonthOfDays focused={focused} key={month.month} month={month} words={words} />
          ))}
        </nav>
      </div>
      <p className="heard" id={hint}>
        {t("calendar.keys")}
      </p>
      <p aria-hidden="true" className={style.words}>
        {shown === undefined ? t("calendar.choose") : words(shown)}
      </p>
      <Legend />
    </div>
  );
}

function linkOf(target: EventTarget | null): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-day]") : null;
}

interface MonthProps {
  month: Month;
  focused: string;
  words: (day: Day) => string;
}

const MonthOfDays = memo(
  function MonthOfDays({ month, focused, words }: MonthProps) {
    const zone = useZone();
    return (
      <div className={style.month}>
        <span className={style.name}>{time(month.moment, "shortMonth", zone)}</span>
        <div className={style.days}>
          {month.days.map((day) => (
            <DayLink
              column={day.number === 1 ? month.skipped + 1 : undefined}
              day={day}
              focusable={day.name === focused}
              key={day.name}
              words={words(day)}
            />
          ))}
        </div>
      </div>
    );
  },
  (before, after) => before.month === after.month && before.words === after.words && !concerns(before, after),
);

/** Whether the day that keys begin at is, or was, in this month. */
function concerns(before: MonthProps, after: MonthProps): boolean {
  if (before.focused === after.focused) return false;
  return after.month.days.some(({ name }) => name === before.focused || name === after.focused);
}

interface DayProps {
  day: Day;
  words: string;
  focusable: boolean;
  column: number | undefined;
}

function DayLink({ day, words, focusable, column }: DayProps) {
  const marked = day.repaired > 0 ? style.marked : "";
  return (
    <a
      aria-label={words}
      className={`${style.day} ${style[day.level]} ${marked}`}
      data-day={day.name}
      href={`/history?period=day&date=${day.name}`}
      style={column === undefined ? undefined : { gridColumnStart: column }}
      tabIndex={focusable ? 0 : -1}
    >
      {day.number}
    </a>
  );
}

function Legend() {
  const { t } = useTranslation("storage");
  return (
    <ul className={style.legend}>
      {LEVELS.map((level) => (
        <li key={level}>
          <span aria-hidden="true" className={`${style.swatch} ${style[level]}`} />
          {t(`calendar.level.${level}`)}
        </li>
      ))}
      <li>
        <span aria-hidden="true" className={`${style.swatch} ${style.some} ${style.marked}`} />
        {t("calendar.mark")}
      </li>
    </ul>
  );
}

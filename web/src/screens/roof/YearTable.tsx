/** The twin of a year's map: what each hour of the clock gave in each month. */

import { useTranslation } from "react-i18next";
import { sum } from "../../live/plant.ts";
import { number } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import style from "./YearMap.module.css";
import { HOURS, monthHours, type YearOfHours } from "./year.ts";

const CLOCK = Array.from({ length: HOURS }, (_, hour) => hour);

export function YearTable({ hours }: { hours: YearOfHours }) {
  const { t } = useTranslation("roof");
  const months = monthHours(hours);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section aria-label={t("year.hours")} className={style.table} tabIndex={0}>
      <table>
        <caption className="heard">{t("year.hours")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("year.month")}</th>
            <th scope="col">{t("year.sum")} (kWh)</th>
            {CLOCK.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map((values, month) => {
            const name = written(Date.UTC(hours.year, month, 15), "month", "UTC");
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{kilowattHours(sum(values))}</td>
                {CLOCK.map((hour) => (
                  <td key={hour}>{kilowattHours(values[hour] ?? null)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function kilowattHours(energy: number | null): string {
  return number(energy === null ? null : energy / 1000, 1);
}

/** A chart's twin: the same values as a table, for those who would rather read than see. */

import { useTranslation } from "react-i18next";
import { decimals, number, scaled } from "../words/numbers.ts";
import style from "./ChartTable.module.css";
import type { Line, Span } from "./lines.ts";
import { type Moments, momentName } from "./moments.ts";

/** Rows that a browser shows without effort; the rest is in an export. */
const MOST = 500;

interface Props {
  title: string;
  moments: Moments;
  lines: readonly Line[];
  /** What is shown of time; without, everything. */
  span?: Span | undefined;
  height: number;
}

export function ChartTable({ title, moments, lines, span, height }: Props) {
  const { t } = useTranslation("shell");
  const { times } = moments;
  const rows = rowsOf(moments, lines, span);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section aria-label={title} className={style.scroll} style={{ maxHeight: height + 80 }} tabIndex={0}>
      <table className={style.table}>
        <caption className="heard">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.time")}</th>
            {lines.map(({ key, label, unit }) => (
              <th key={key} scope="col">
                {label}
                {unit === "" ? "" : ` (${scaled(0, unit).unit})`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((index) => (
            <tr key={times[index]}>
              <th scope="row">{momentName(index, moments)}</th>
              {lines.map(({ key, values, resolution = null }) => (
                <td key={key}>{number(values[index], resolution === null ? 0 : decimals(resolution))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST ? <p>{t("table.more", { count: rows.length - MOST })}</p> : null}
    </section>
  );
}

/** Rows with a value within a span; periods of which nothing is known have theirs, too. */
function rowsOf({ times, ends }: Moments, lines: readonly Line[], span: Span | undefined): number[] {
  const [from, to] = span === undefined ? [-Infinity, Infinity] : [span.start / 1000, span.end / 1000];
  return times.flatMap((time, index) => {
    if (time >= to || (ends?.[index] ?? time + 1) <= from) return [];
    const told = lines.some(({ values }) =>
      ends === undefined ? values[index] != null : values[index] !== undefined,
    );
    return told ? [index] : [];
  });
}

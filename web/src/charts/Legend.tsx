/** Whose line is which, and what it says under the cursor. */

import { useTranslation } from "react-i18next";
import { withUnit } from "../words/numbers.ts";
import style from "./Legend.module.css";
import type { Line } from "./lines.ts";
import { type Moments, momentName } from "./moments.ts";

interface Props {
  lines: readonly Line[];
  moments: Moments;
  /** Of the time under the cursor; null where there is none. */
  index: number | null;
  /** Whether there are times of which nothing is known. */
  gaps: boolean;
}

export function Legend({ lines, moments, index, gaps }: Props) {
  const { t } = useTranslation("shell");
  const known = index !== null && index < moments.times.length;
  return (
    <div className={style.legend}>
      {lines.map((line) => (
        <span className={style.line} key={line.key}>
          <Sign line={line} />
          {line.label}
          {!known ? null : (
            <strong>{withUnit(line.values[index], line.unit, line.resolution ?? null)}</strong>
          )}
        </span>
      ))}
      {gaps ? (
        <span className={style.line}>
          <span aria-hidden="true" className={style.hatched} />
          {t("chart.gap")}
        </span>
      ) : null}
      {known ? <span className={style.time}>{momentName(index, moments)}</span> : null}
    </div>
  );
}

/** The line's colour and its stroke: two lines differ in more than their hue. */
function Sign({ line }: { line: Line }) {
  if (line.kind === "outline") return <OutlineSign color={line.color} />;
  const bar = line.kind === "bars" || line.kind === "area" || line.kind === "range";
  return (
    <svg aria-hidden="true" height="12" style={{ color: `var(${line.color})` }} width="18">
      {bar ? (
        <rect
          fill="currentColor"
          fillOpacity={line.kind === "range" ? 0.4 : 1}
          height="10"
          rx="2"
          width="10"
          x="4"
          y="1"
        />
      ) : (
        <line
          stroke="currentColor"
          strokeDasharray={line.kind === "dashed" ? "5 3" : undefined}
          strokeWidth="3"
          x1="0"
          x2="18"
          y1="6"
          y2="6"
        />
      )}
    </svg>
  );
}

function OutlineSign({ color }: { color: string }) {
  return (
    <svg aria-hidden="true" height="12" style={{ color: `var(${color})` }} width="18">
      <rect
        fill="currentColor"
        fillOpacity="0.2"
        height="10"
        rx="2"
        stroke="currentColor"
        strokeDasharray="3 2"
        width="12"
        x="3"
        y="1"
      />
    </svg>
  );
}

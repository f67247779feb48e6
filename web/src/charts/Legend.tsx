/** Whose line is which, and what it says under the cursor. */

import { withUnit } from "../words/numbers.ts";
import { type TimeStyle, time } from "../words/times.ts";
import style from "./Legend.module.css";
import type { Line } from "./lines.ts";

interface Props {
  lines: readonly Line[];
  times: readonly number[];
  /** Of the time under the cursor; null where there is none. */
  index: number | null;
  zone: string;
  style: TimeStyle;
}

export function Legend({ lines, times, index, zone, style: timeStyle }: Props) {
  const at = index === null ? undefined : times[index];
  return (
    <div className={style.legend}>
      {lines.map((line) => (
        <span className={style.line} key={line.key}>
          <Sign line={line} />
          {line.label}
          {index === null ? null : (
            <strong>{withUnit(line.values[index], line.unit, line.resolution ?? null)}</strong>
          )}
        </span>
      ))}
      {at === undefined ? null : <span className={style.time}>{time(at * 1000, timeStyle, zone)}</span>}
    </div>
  );
}

/** The line's colour and its stroke: two lines differ in more than their hue. */
function Sign({ line }: { line: Line }) {
  const bar = line.kind === "bars" || line.kind === "area";
  return (
    <svg aria-hidden="true" height="12" style={{ color: `var(${line.color})` }} width="18">
      {bar ? (
        <rect fill="currentColor" height="10" rx="2" width="10" x="4" y="1" />
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

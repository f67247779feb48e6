/** The time axis under bars: each bar is named in its middle, as many of them as there is room for. */

import type uPlot from "uplot";
import { type TimeStyle, time } from "../words/times.ts";

const DAY = 86_400;

/** Pixels that a name needs. */
const ROOM = 56;

/** Which of so many bars, `width` pixels apart, are named: the first of every `n`, with `n` of a calendar's liking. */
export function nameEvery(width: number, perTurn: number): number {
  const least = Math.max(1, Math.ceil(ROOM / Math.max(width, 0.01)));
  const liked =
    perTurn === 12 ? [1, 2, 3, 6, 12] : perTurn === 24 ? [1, 2, 3, 4, 6, 12, 24] : [1, 2, 5, 10, 15, 30];
  return liked.find((each) => each >= least) ?? least;
}

/** How a period is named by its length in seconds, where so many are shown. */
export function nameStyle(length: number, shown: number): TimeStyle {
  if (length < 0.9 * DAY) return "time";
  if (length < 20 * DAY) return shown <= 8 ? "weekdayShort" : "shortDay";
  return length < 300 * DAY ? "shortMonth" : "year";
}

/** `splits` and `values` of uPlot for bars in the middle of their periods. */
export function periodAxis(
  ends: () => readonly number[],
  zone: string,
): Pick<uPlot.Axis, "splits" | "values"> {
  const lengthOf = (self: uPlot, index: number) => 2 * ((ends()[index] ?? 0) - (self.data[0][index] ?? 0));
  return {
    splits: (self, _, min, max) => {
      const shown = Array.from(self.data[0]).flatMap((middle, index) =>
        middle >= min && middle <= max ? [index] : [],
      );
      const first = shown[0];
      if (first === undefined) return [];
      const length = lengthOf(self, first);
      const width = (length / (max - min)) * self.over.clientWidth;
      const every = nameEvery(width, length < DAY ? 24 : length > 20 * DAY && length < 300 * DAY ? 12 : 30);
      return shown.filter((index) => index % every === 0).map((index) => self.data[0][index] ?? 0);
    },
    values: (self, splits) => {
      const span = (self.scales.x?.max ?? 1) - (self.scales.x?.min ?? 0);
      return splits.map((middle) => {
        const length = lengthOf(self, self.valToIdx(middle));
        return time((middle - length / 2) * 1000, nameStyle(length, span / length), zone);
      });
    },
  };
}

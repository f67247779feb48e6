/** The time axis under bars: each bar is named in its middle, as many of them as there is room for. */

import type uPlot from "uplot";
import { localOf } from "../sitetime/zone.ts";
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

/** How a period of so many seconds is named, where so many are shown so many pixels apart. */
export function nameStyle(length: number, shown: number, width: number): TimeStyle {
  if (length < 0.9 * DAY) return "time";
  if (length < 20 * DAY && shown > 8.5) return "shortDay";
  if (length < 20 * DAY) return width < ROOM ? "weekdayOnly" : "weekdayShort";
  return length < 300 * DAY ? "shortMonth" : "year";
}

/** Where a period stands in the day, month or year that its names count through; nobody names a 31st beside a 1st. */
function placeOf(start: number, length: number, every: number, zone: string): number {
  const { year, month, day, hour, minute } = localOf(start * 1000, zone);
  if (length < 0.9 * DAY) return (hour * 3600 + minute * 60) / length;
  if (length < 20 * DAY) return every > 1 && day > 30 ? 1 : day - 1;
  return length < 300 * DAY ? month - 1 : year;
}

/** `splits` and `values` of uPlot for bars in the middle of their periods. */
export function periodAxis(
  ends: () => readonly number[],
  zone: string,
): Pick<uPlot.Axis, "splits" | "values"> {
  const lengthAt = (self: uPlot, middle: number) => 2 * ((ends()[self.valToIdx(middle)] ?? middle) - middle);
  const widthOf = (self: uPlot, length: number) =>
    (length / ((self.scales.x?.max ?? 1) - (self.scales.x?.min ?? 0))) * self.over.clientWidth;
  return {
    splits: (self, _, min, max) => {
      const shown = Array.from(self.data[0]).filter((middle) => middle >= min && middle <= max);
      const length = lengthAt(self, shown[0] ?? min);
      const perTurn = length < 0.9 * DAY ? 24 : length < 20 * DAY ? 30 : 12;
      const every = shown.length <= 8 ? 1 : nameEvery(widthOf(self, length), perTurn);
      return shown.filter((middle) => {
        const own = lengthAt(self, middle);
        return placeOf(middle - own / 2, own, every, zone) % every === 0;
      });
    },
    values: (self, splits) => {
      const span = (self.scales.x?.max ?? 1) - (self.scales.x?.min ?? 0);
      return splits.map((middle) => {
        const length = lengthAt(self, middle);
        const style = nameStyle(length, span / length, widthOf(self, length));
        return time((middle - length / 2) * 1000, style, zone);
      });
    },
  };
}

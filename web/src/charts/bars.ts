/** Bars that are as wide as the periods they stand for: a month with 31 days is wider than one with 28. */

import type uPlot from "uplot";

/** The part of its period that a bar takes up, and its greatest width in pixels. */
export interface BarShape {
  share: number;
  widest: number;
}

export const SOLID: BarShape = { share: 0.66, widest: 56 };
export const BEHIND: BarShape = { share: 0.9, widest: 76 };

const ROUND = 5;

/** A path builder of uPlot over times in the middles of periods, whose ends are asked for when it draws. */
export function periodBars(ends: () => readonly number[], shape: BarShape): uPlot.Series.PathBuilder {
  return (self, series, from, to) => {
    const path = new Path2D();
    const values = self.data[series];
    const scale = self.series[series]?.scale ?? "y";
    const ground = self.valToPos(0, scale, true);
    for (let index = from; index <= to; index += 1) {
      const value = values?.[index];
      const middle = self.data[0][index];
      const end = ends()[index];
      if (value == null || middle === undefined || end === undefined) continue;
      const [left, width] = within(
        self.valToPos(2 * middle - end, "x", true),
        self.valToPos(end, "x", true),
        shape,
      );
      const top = self.valToPos(value, scale, true);
      column(path, left, width, Math.min(top, ground), Math.abs(ground - top), value >= 0);
    }
    return { stroke: path, fill: path, flags: 0 };
  };
}

/** Left edge and width of a bar between the edges of its period. */
export function within(left: number, right: number, shape: BarShape): [number, number] {
  const widest = shape.widest * devicePixelRatio;
  const width = Math.max(1, Math.min((right - left) * shape.share, widest));
  return [(left + right - width) / 2, width];
}

function column(path: Path2D, left: number, width: number, top: number, height: number, up: boolean): void {
  const round = Math.min(ROUND * devicePixelRatio, width / 3, height);
  path.roundRect(left, top, width, height, up ? [round, round, 0, 0] : [0, 0, round, round]);
}

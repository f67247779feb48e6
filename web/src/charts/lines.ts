/** What a chart is made of, apart from how it is drawn. */

/** `outline` are bars of something to compare with, behind the others; `range` is faint, such as a least and a most. */
export type Kind = "line" | "area" | "bars" | "dashed" | "outline" | "range";

/** Null is a gap and is drawn as one; undefined is drawn through. */
export type Value = number | null | undefined;

/** Values over the times of a chart. */
export interface Line {
  key: string;
  label: string;
  /** As the catalogue has it, such as W; large values are shown with a prefix. */
  unit: string;
  resolution?: number | null;
  /** One for each time. */
  values: readonly Value[];
  /** Name of a colour in tokens.css, such as --sun. */
  color: string;
  kind: Kind;
}

/** Milliseconds of UTC, up to but not including `end`. */
export interface Span {
  start: number;
  end: number;
}

/** A series as it was measured. */
export interface Measured {
  /** Seconds of UTC, ascending. */
  times: readonly number[];
  values: readonly (number | null)[];
}

/** Several series over one list of times. */
export interface Aligned {
  /** Seconds of UTC, ascending: uPlot's time. */
  times: number[];
  values: Value[][];
}

/**
 * Series over all of their times together. Where a series was not measured at another's time it is undefined,
 * which is drawn through; where it was not measured for more than `longest` seconds there is a null: a gap is a
 * gap.
 */
export function aligned(series: readonly Measured[], longest: number): Aligned {
  const broken = series.map((each) => withGaps(each, longest));
  const times = [...new Set(broken.flatMap((each) => each.times))].sort((a, b) => a - b);
  const places = new Map(times.map((time, place) => [time, place]));
  const values = broken.map((each) => {
    const row: Value[] = new Array(times.length).fill(undefined);
    each.times.forEach((time, index) => {
      row[places.get(time) ?? 0] = each.values[index] ?? null;
    });
    return row;
  });
  return { times, values };
}

/** A series with a null in the middle of each of its gaps. */
export function withGaps({ times, values }: Measured, longest: number): Measured {
  const out = { times: [] as number[], values: [] as (number | null)[] };
  times.forEach((time, index) => {
    const before = times[index - 1];
    if (before !== undefined && time - before > longest) {
      out.times.push((before + time) / 2);
      out.values.push(null);
    }
    out.times.push(time);
    out.values.push(values[index] ?? null);
  });
  return out;
}

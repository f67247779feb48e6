/** Polls of a DTU by the hour, from samples of one a minute. */

/** A sample of `/api/v1/system/metrics`. */
export interface Sample {
  timestamp: string;
  metric_value: number;
  tags: Readonly<Record<string, string>>;
}

export interface Hours {
  /** Seconds of UTC at which each began. */
  times: number[];
  polls: (number | null)[];
  failed: (number | null)[];
}

const HOUR = 3600;

/** Sums of the hours from `start` up to `end` (milliseconds); null for an hour of which no sample tells. */
export function byHour(
  polls: readonly Sample[],
  errors: readonly Sample[],
  dtu: string,
  start: number,
  end: number,
): Hours {
  const first = Math.floor(start / 1000 / HOUR);
  const count = Math.ceil(end / 1000 / HOUR) - first;
  const times = Array.from({ length: count }, (_, place) => (first + place) * HOUR);
  const asked = sums(polls, dtu);
  const failed = sums(errors, dtu);
  return {
    times,
    polls: times.map((time) => asked.get(time) ?? null),
    failed: times.map((time) => (asked.has(time) ? (failed.get(time) ?? 0) : null)),
  };
}

function sums(samples: readonly Sample[], dtu: string): Map<number, number> {
  const found = new Map<number, number>();
  for (const { timestamp, metric_value, tags } of samples) {
    if (tags.dtu_name !== dtu) continue;
    const hour = Math.floor(Date.parse(timestamp) / 1000 / HOUR) * HOUR;
    found.set(hour, (found.get(hour) ?? 0) + metric_value);
  }
  return found;
}

/** The sum of what is known. */
export function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** A day that plays by itself, from light to dark. */

import { useEffect, useState } from "react";

/** Milliseconds for a step. */
const STEP = 140;
const CALM_STEP = 1200;

/** Quarter hours of a step where motion is to be spared: fewer pictures, each for longer. */
const CALM_QUARTERS = 4;

interface Played {
  playing: boolean;
  toggle: () => void;
}

/** `slide` hears each quarter hour; it stops at the end of the light, or when `day` is another. */
export function usePlaying(
  light: readonly [number, number],
  quarter: number | null,
  day: string,
  slide: (quarter: number) => void,
): Played {
  const [played, setPlayed] = useState<string | null>(null);
  const [first, last] = light;
  const playing = played === day;
  useEffect(() => {
    if (!playing) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = nextQuarter(quarter, first, last, calm ? CALM_QUARTERS : 1);
    const timer = setTimeout(() => (next === null ? setPlayed(null) : slide(next)), calm ? CALM_STEP : STEP);
    return () => clearTimeout(timer);
  }, [playing, quarter, first, last, slide]);
  const toggle = () => {
    if (!playing && (quarter === null || quarter >= last)) slide(first);
    setPlayed(playing ? null : day);
  };
  return { playing, toggle };
}

/** The quarter hour that comes next; null after the last. */
export function nextQuarter(quarter: number | null, first: number, last: number, by: number): number | null {
  if (quarter === null || quarter < first) return first;
  return quarter >= last ? null : Math.min(last, quarter + by);
}

/**
 * What time it is at the plant. The server says so: a browser's clock may be wrong, and a simulated plant may
 * live faster.
 *
 * *State: one observation of the server's clock.*
 */

import { useEffect, useState } from "react";

interface Observation {
  plant: number;
  page: number;
  speed: number;
}

let observed: Observation | null = null;

/** The server said that it is `plant` (milliseconds of UTC) now. */
export function observeClock(plant: number, speed: number): void {
  observed = { plant, page: performance.now(), speed };
}

/** Milliseconds of UTC. */
export function plantNow(): number {
  if (observed === null) return Date.now();
  return observed.plant + (performance.now() - observed.page) * observed.speed;
}

/** The plant's time, looked at again after every `every` milliseconds. */
export function usePlantNow(every: number): number {
  const [now, setNow] = useState(plantNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(plantNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

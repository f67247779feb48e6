/** Two fingers, or the wheel with Ctrl, bring a plan nearer. One finger scrolls, as everywhere. */

import { type RefObject, useEffect, useRef } from "react";

/** How far a plan is brought near, and how far away. */
export const NEAREST = 3;
export const FARTHEST = 0.5;

export function usePinch(
  frame: RefObject<HTMLElement | null>,
  zoom: number,
  onZoom: (zoom: number) => void,
): void {
  const now = useRef({ zoom, onZoom });
  now.current = { zoom, onZoom };
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    let began: { distance: number; zoom: number } | null = null;
    const show = (to: number) => now.current.onZoom(Math.min(NEAREST, Math.max(FARTHEST, to)));
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      show(now.current.zoom * (event.deltaY > 0 ? 0.9 : 1.1));
    };
    const onStart = (event: TouchEvent) => {
      const distance = distanceOf(event);
      began = distance === null ? null : { distance, zoom: now.current.zoom };
    };
    const onMove = (event: TouchEvent) => {
      const distance = distanceOf(event);
      if (began === null || distance === null) return;
      event.preventDefault();
      show((began.zoom * distance) / began.distance);
    };
    const stop = new AbortController();
    const heard = { passive: false, signal: stop.signal };
    element.addEventListener("wheel", onWheel, heard);
    element.addEventListener("touchstart", onStart, heard);
    element.addEventListener("touchmove", onMove, heard);
    return () => stop.abort();
  }, [frame]);
}

/** Pixels between two fingers, at least one; null where there are not two. */
function distanceOf({ touches }: TouchEvent): number | null {
  const [one, two] = [touches[0], touches[1]];
  if (one === undefined || two === undefined) return null;
  return Math.max(1, Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY));
}

/** Moving through time with a pointer, a finger, a wheel or keys: the chart follows at once, its data afterwards. */

import type uPlot from "uplot";
import type { Span } from "./lines.ts";

/** Milliseconds between two times that a movement is told, so that data can follow while it goes on. */
const TELL_EVERY = 120;
/** Pixels and milliseconds up to which a press is a click, not a movement. */
const STILL = 6;
const SHORT = 500;

/** The part of time that is left when it is zoomed by `factor` around a place (0 left … 1 right). */
export function zoomed(
  [from, to]: readonly [number, number],
  factor: number,
  place: number,
): [number, number] {
  const around = from + (to - from) * place;
  return [around - (around - from) * factor, around + (to - around) * factor];
}

/** The part of a span that lies within limits: as long as it is, where they have room for that. */
export function within(
  [from, to]: readonly [number, number],
  [first, last]: readonly [number, number],
): [number, number] {
  if (to - from >= last - first) return [first, last];
  if (from < first) return [first, first + (to - from)];
  return to > last ? [last - (to - from), last] : [from, to];
}

/**
 * A uPlot plugin; `moved` hears while and after the chart is moved where it is, in milliseconds. Nothing leads out
 * of `limits`.
 */
export function gestures(moved: (span: Span) => void, limits: () => Span): uPlot.Plugin {
  let telling: ReturnType<typeof setTimeout> | undefined;

  function show(self: uPlot, wanted: [number, number]): void {
    const { start, end } = limits();
    const [min, max] = within(wanted, [start / 1000, end / 1000]);
    if (max - min < 60) return;
    self.setScale("x", { min, max });
    telling ??= setTimeout(() => {
      telling = undefined;
      const [start, end] = spanOf(self);
      moved({ start: start * 1000, end: end * 1000 });
    }, TELL_EVERY);
  }

  return {
    hooks: {
      ready: [(self) => listenToWheel(self, show), (self) => listenToFingers(self, show)],
      destroy: [() => clearTimeout(telling)],
    },
  };
}

type Show = (self: uPlot, span: [number, number]) => void;

function listenToWheel(self: uPlot, show: Show): void {
  const { over } = self;
  over.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && Math.abs(event.deltaX) < Math.abs(event.deltaY) && !event.shiftKey) return;
    event.preventDefault();
    const span = spanOf(self);
    if (event.ctrlKey)
      show(self, zoomed(span, event.deltaY > 0 ? 1.15 : 0.87, event.offsetX / over.clientWidth));
    else show(self, shifted(span, (event.deltaX + event.deltaY) / over.clientWidth));
  });
}

/** Fingers move the chart sideways and pinch it; up and down stays the page's. A finger that trembles moves nothing. */
function listenToFingers(self: uPlot, show: Show): void {
  const { over } = self;
  const held = new Map<number, number>();
  let pressedAt: number | null = null;
  over.style.touchAction = "pan-y";
  over.style.cursor = "grab";
  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (held.size === 0) pressedAt = event.clientX;
    held.set(event.pointerId, event.clientX);
    over.setPointerCapture(event.pointerId);
  });
  over.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (before === undefined) return;
    if (pressedAt !== null && Math.abs(event.clientX - pressedAt) < STILL) return;
    pressedAt = null;
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, event.clientX);
    if (other === undefined) show(self, shifted(spanOf(self), (before - event.clientX) / over.clientWidth));
    else show(self, pinched(self, other, before, event.clientX));
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    over.addEventListener(end, (event) => held.delete(event.pointerId));
  }
}

/** A uPlot plugin; `picked` hears which value was clicked. A finger first looks, and picks what it looks at. */
export function picking(picked: (index: number) => void): uPlot.Plugin {
  let pressed: PointerEvent | undefined;
  let looked: number | null = null;

  function released(self: uPlot, event: PointerEvent): void {
    const from = pressed;
    pressed = undefined;
    if (from === undefined || event.timeStamp - from.timeStamp > SHORT) return;
    if (Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STILL) return;
    const index = self.posToIdx(event.clientX - self.over.getBoundingClientRect().left);
    if (event.pointerType === "mouse" || index === looked) picked(index);
    looked = index;
  }

  function ready(self: uPlot): void {
    self.over.style.cursor = "pointer";
    self.over.addEventListener("pointerdown", (event) => {
      pressed = event.button === 0 && event.isPrimary ? event : undefined;
    });
    self.over.addEventListener("pointerup", (event) => released(self, event));
  }

  return { hooks: { ready: [ready] } };
}

function spanOf(self: uPlot): [number, number] {
  return [self.scales.x?.min ?? 0, self.scales.x?.max ?? 1];
}

/** The span moved by a share of itself. */
export function shifted([from, to]: readonly [number, number], share: number): [number, number] {
  const by = (to - from) * share;
  return [from + by, to + by];
}

function pinched(self: uPlot, other: number, before: number, after: number): [number, number] {
  const factor = Math.max(20, Math.abs(before - other)) / Math.max(20, Math.abs(after - other));
  const middle = (other + after) / 2 - self.over.getBoundingClientRect().left;
  return zoomed(spanOf(self), Math.min(2, Math.max(0.5, factor)), middle / self.over.clientWidth);
}

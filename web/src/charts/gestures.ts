/** Moving through time with a pointer, a finger, a wheel or keys: the chart follows at once, its data afterwards. */

import type uPlot from "uplot";
import type { Span } from "./lines.ts";

/** Milliseconds without a movement after which new data is asked for. */
const REST = 120;

/** The part of time that is left when it is zoomed by `factor` around a place (0 left … 1 right). */
export function zoomed(
  [from, to]: readonly [number, number],
  factor: number,
  place: number,
): [number, number] {
  const around = from + (to - from) * place;
  return [around - (around - from) * factor, around + (to - around) * factor];
}

/** A uPlot plugin; `moved` hears where the chart came to rest, in milliseconds. */
export function gestures(moved: (span: Span) => void): uPlot.Plugin {
  let resting: ReturnType<typeof setTimeout> | undefined;

  function show(self: uPlot, [min, max]: [number, number]): void {
    if (max - min < 60 || max - min > 60 * 366 * 86_400) return;
    self.setScale("x", { min, max });
    clearTimeout(resting);
    resting = setTimeout(() => moved({ start: min * 1000, end: max * 1000 }), REST);
  }

  function ready(self: uPlot): void {
    const { over } = self;
    const held = new Map<number, number>();
    over.style.touchAction = "pan-y";
    over.style.cursor = "grab";
    over.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && Math.abs(event.deltaX) < Math.abs(event.deltaY) && !event.shiftKey) return;
      event.preventDefault();
      const span = spanOf(self);
      if (event.ctrlKey)
        show(self, zoomed(span, event.deltaY > 0 ? 1.15 : 0.87, event.offsetX / over.clientWidth));
      else show(self, shifted(span, (event.deltaX + event.deltaY) / over.clientWidth));
    });
    over.addEventListener("dblclick", (event) =>
      show(self, zoomed(spanOf(self), 0.5, event.offsetX / over.clientWidth)),
    );
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held.set(event.pointerId, event.clientX);
      over.setPointerCapture(event.pointerId);
    });
    over.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (before === undefined) return;
      const others = [...held].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
      held.set(event.pointerId, event.clientX);
      const other = others[0];
      if (other === undefined) show(self, shifted(spanOf(self), (before - event.clientX) / over.clientWidth));
      else show(self, pinched(self, other, before, event.clientX));
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      over.addEventListener(end, (event) => held.delete(event.pointerId));
    }
  }

  return { hooks: { ready: [ready], destroy: [() => clearTimeout(resting)] } };
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

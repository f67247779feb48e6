/** A tile that follows a pointer or a finger, and where it is let go. */

import { type PointerEvent, useState } from "react";

export interface Drag {
  key: string;
  /** Pixels from where it was taken up. */
  right: number;
  down: number;
}

interface Dragged {
  drag: Drag | null;
  handlers: (key: string) => {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: () => void;
  };
  /** Put it back. False where nothing is dragged. */
  cancel: () => boolean;
}

/** `dropped` hears by how many columns and rows a tile was moved; `step` says how many pixels one is. */
export function useDragging(
  step: () => readonly [number, number],
  dropped: (key: string, columns: number, rows: number) => void,
): Dragged {
  const [from, setFrom] = useState<readonly [number, number]>([0, 0]);
  const [drag, setDrag] = useState<Drag | null>(null);

  const handlers = (key: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setFrom([event.clientX, event.clientY]);
      setDrag({ key, right: 0, down: 0 });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (drag?.key !== key) return;
      setDrag({ key, right: event.clientX - from[0], down: event.clientY - from[1] });
    },
    onPointerUp: () => {
      if (drag?.key !== key) return;
      const [width, height] = step();
      setDrag(null);
      dropped(key, ...placesMoved(drag, width, height));
    },
    onPointerCancel: () => setDrag(null),
  });
  const cancel = () => {
    setDrag(null);
    return drag !== null;
  };
  return { drag, handlers, cancel };
}

/** Whole columns and rows of a movement. */
export function placesMoved(
  { right, down }: Pick<Drag, "right" | "down">,
  width: number,
  height: number,
): [number, number] {
  if (width <= 0 || height <= 0) return [0, 0];
  return [Math.round(right / width) + 0, Math.round(down / height) + 0];
}

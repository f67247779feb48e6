/** How much room a chart has that is to be as high as the screen allows. */

import { type RefObject, useEffect, useState } from "react";

/** What stands above a chart: its legend. */
const LEGEND = 56;

/** Pixels for the drawn part of a chart that fills an element. */
export function useRoom(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(300);
  useEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    const look = () => setHeight(Math.max(220, Math.round(measured.clientHeight) - LEGEND));
    const room = new ResizeObserver(look);
    room.observe(measured);
    look();
    return () => room.disconnect();
  }, [element]);
  return height;
}

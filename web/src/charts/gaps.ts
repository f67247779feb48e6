/** Times of which nothing is known, hatched: nothing was measured, which is not the same as zero. */

import type uPlot from "uplot";
import type { Span } from "./lines.ts";

const STRIPE = 7;

/** A uPlot plugin; what it hatches is asked for when it draws. */
export function gapBands(gaps: () => readonly Span[], color: string): uPlot.Plugin {
  return { hooks: { drawAxes: [(self) => hatch(self, gaps(), color)] } };
}

function hatch(self: uPlot, gaps: readonly Span[], color: string): void {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.beginPath();
  for (const { start, end } of gaps) {
    const left = Math.max(bbox.left, self.valToPos(start / 1000, "x", true));
    const right = Math.min(bbox.left + bbox.width, self.valToPos(end / 1000, "x", true));
    if (right > left) ctx.rect(left, bbox.top, Math.max(1, right - left), bbox.height);
  }
  ctx.clip();
  stripes(self, color);
  ctx.restore();
}

function stripes({ ctx, bbox }: uPlot, color: string): void {
  const step = STRIPE * devicePixelRatio;
  ctx.beginPath();
  for (let left = bbox.left - bbox.height; left < bbox.left + bbox.width; left += step) {
    ctx.moveTo(left, bbox.top + bbox.height);
    ctx.lineTo(left + bbox.height, bbox.top);
  }
  ctx.globalAlpha = 0.45;
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.stroke();
}

/**
 * How a panel does: against what is possible, and against its neighbours. Watts or watt-hours alike; null is
 * missing and never a zero.
 */

import type { State } from "../../live/events.ts";

/** Below this share of its neighbours' median a panel is clearly behind. */
export const BEHIND = 0.75;

/** Below this share it gives nothing: an idle inverter measures a trace of power. */
const NOTHING = 0.01;

/** Of neighbours that give less nothing is concluded: W of a moment, Wh of a day. */
export const FAINT = { power: 15, energy: 100 } as const;

export type Sign = "fine" | "behind" | "dead" | "night" | "stale" | "offline" | "missing";

/** What is known of a panel at some time. */
export interface Panel {
  key: string;
  /** Panels of one field are compared. */
  field: number;
  value: number | null;
  /** Of its inverter now; null for a time that is past. */
  state: State | "unknown" | null;
}

export interface Standing {
  value: number | null;
  /** Median of the others of its field; null where nobody else says anything. */
  median: number | null;
  /** The value as a share of that median; null where one is missing or the median is nothing. */
  share: number | null;
  sign: Sign;
}

/** The middle of what is known, between the two middle ones where there are two; null of nothing. */
export function median(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return middle(known.sort((a, b) => a - b));
}

function middle(sorted: readonly number[], without = -1): number | null {
  const left = without >= 0 && without < sorted.length;
  const count = sorted.length - (left ? 1 : 0);
  const at = (index: number) => sorted[left && index >= without ? index + 1 : index] ?? 0;
  if (count === 0) return null;
  return count % 2 === 1 ? at((count - 1) / 2) : (at(count / 2 - 1) + at(count / 2)) / 2;
}

/** Less than anything is measured to. */
const LEAST = 1e-6;

/** A part of a whole; null where one is missing or the whole is nothing. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole < LEAST ? null : part / whole;
}

/** How each panel stands, by its key. `faint`: neighbours that give less prove nothing. */
export function standings(panels: readonly Panel[], faint: number): Map<string, Standing> {
  const sorted = new Map<number, number[]>();
  for (const panel of panels) {
    const values = sorted.get(panel.field) ?? [];
    const value = counted(panel);
    if (value !== null) values.push(value);
    sorted.set(panel.field, values);
  }
  for (const values of sorted.values()) values.sort((a, b) => a - b);
  const dark = panels.every((panel) => (counted(panel) ?? 0) <= 0);
  return new Map(panels.map((panel) => [panel.key, standing(panel, sorted.get(panel.field), faint, dark)]));
}

function standing(panel: Panel, field: readonly number[] = [], faint: number, dark: boolean): Standing {
  const value = counted(panel);
  const others = middle(field, value === null ? -1 : field.indexOf(value));
  const share = shareOf(value, others);
  return { value, median: others, share, sign: signOf(panel, share, others, faint, dark) };
}

/** What was said by a device that is silent now says nothing of now. */
function counted({ value, state }: Panel): number | null {
  return state === "stale" || state === "offline" || state === "unknown" ? null : value;
}

function signOf(
  { value, state }: Panel,
  share: number | null,
  others: number | null,
  faint: number,
  dark: boolean,
): Sign {
  if (state === "stale" || state === "offline") return state;
  if (state === "night" && (value ?? 0) <= 0) return "night";
  if (state === "unknown" || value === null) return "missing";
  if (dark) return state === null ? "night" : "fine";
  if (share === null || others === null || others < faint) return "fine";
  if (share < NOTHING) return "dead";
  return share < BEHIND ? "behind" : "fine";
}

/** Where the steps of a scale begin, as shares; the first begins at nothing. */
export const STEPS = {
  power: [0.02, 0.2, 0.4, 0.6, 0.8],
  energy: [0.1, 0.5, 0.75, 0.9, 1],
} as const;

export type Step = 0 | 1 | 2 | 3 | 4 | 5;

/** Which of the six heat colours a share has; null where there is none. */
export function stepOf(share: number | null, limits: readonly number[]): Step | null {
  if (share === null) return null;
  return Math.min(5, limits.filter((limit) => share >= limit - 1e-9).length) as Step;
}

/** The most that any panel of a field has given, by field: what is possible there. */
export function possible(
  best: ReadonlyMap<string, number | null>,
  field: ReadonlyMap<string, number>,
): Map<number, number> {
  const most = new Map<number, number>();
  for (const [key, of] of field) {
    const value = best.get(key) ?? null;
    if (value !== null) most.set(of, Math.max(value, most.get(of) ?? 0));
  }
  return most;
}

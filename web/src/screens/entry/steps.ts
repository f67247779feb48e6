/** The steps of the guided set-up, in their order, and where in them somebody is. */

export const STEPS = ["welcome", "source", "place", "access", "ready"] as const;
export type Step = (typeof STEPS)[number];

/** Whoever is at the machine itself is told who else may come in; whoever has logged in knows. */
export function stepsFor(isOwner: boolean): Step[] {
  return STEPS.filter((step) => step !== "access" || isOwner);
}

/** The step that an address names. Else the first; of a simulated plant that is where one's own is connected. */
export function stepIn(named: string | undefined, steps: readonly Step[], simulated: boolean): Step {
  return steps.find((step) => step === named) ?? (simulated ? "source" : "welcome");
}

export function stepAfter(step: Step, steps: readonly Step[]): Step {
  return steps[steps.indexOf(step) + 1] ?? "ready";
}

/** Null at the first. */
export function stepBefore(step: Step, steps: readonly Step[]): Step | null {
  return steps[steps.indexOf(step) - 1] ?? null;
}

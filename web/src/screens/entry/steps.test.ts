import { describe, expect, it } from "vitest";
import { STEPS, stepAfter, stepBefore, stepIn, stepsFor } from "./steps.ts";

describe("the steps of the set-up", () => {
  it("tell only those at the machine itself who may come in", () => {
    expect(stepsFor(true)).toEqual(STEPS);
    expect(stepsFor(false)).toEqual(["welcome", "source", "place", "ready"]);
  });

  it("begin where the address says, else at the beginning", () => {
    expect(stepIn("place", STEPS, false)).toBe("place");
    expect(stepIn("nonsense", STEPS, false)).toBe("welcome");
    expect(stepIn("access", stepsFor(false), false)).toBe("welcome");
    expect(stepIn(undefined, STEPS, true)).toBe("source");
  });

  it.each([true, false])("lead there and back again", (isOwner) => {
    const steps = stepsFor(isOwner);
    for (const step of steps.slice(0, -1)) expect(stepBefore(stepAfter(step, steps), steps)).toBe(step);
    expect(stepBefore("welcome", steps)).toBeNull();
    expect(stepAfter("ready", steps)).toBe("ready");
  });
});

// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextQuarter, usePlaying } from "./playing.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function played(calm: boolean) {
  vi.stubGlobal("matchMedia", () => ({ matches: calm }));
  return renderHook(() => {
    const [quarter, slide] = useState<number | null>(null);
    return { quarter, ...usePlaying([20, 30], quarter, "2026-06-14", slide) };
  });
}

describe("a day that plays", () => {
  it("goes from first light to last, and stops there", () => {
    const { result } = played(false);
    act(() => result.current.toggle());
    expect(result.current).toMatchObject({ quarter: 20, playing: true });
    for (let step = 0; step < 20; step += 1) act(() => void vi.advanceTimersByTime(150));
    expect(result.current).toMatchObject({ quarter: 30, playing: false });
  });

  it("goes slowly and by hours where motion is to be spared", () => {
    const { result } = played(true);
    act(() => result.current.toggle());
    act(() => void vi.advanceTimersByTime(1000));
    expect(result.current.quarter).toBe(20);
    act(() => void vi.advanceTimersByTime(300));
    expect(result.current.quarter).toBe(24);
  });

  it("stands still when it is told to", () => {
    const { result } = played(false);
    act(() => result.current.toggle());
    act(() => void vi.advanceTimersByTime(150));
    act(() => result.current.toggle());
    const at = result.current.quarter;
    act(() => void vi.advanceTimersByTime(1000));
    expect(result.current).toMatchObject({ quarter: at, playing: false });
  });

  it("never passes the end of the light", () => {
    expect(nextQuarter(29, 20, 30, 4)).toBe(30);
    expect(nextQuarter(30, 20, 30, 4)).toBeNull();
    expect(nextQuarter(3, 20, 30, 4)).toBe(20);
  });
});

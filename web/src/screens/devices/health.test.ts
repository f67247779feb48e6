import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answeredShare, type Health, healthWord, isTroubled, stateOf } from "./health.ts";

const WELL: Health = {
  status: "online",
  silent_for: 3,
  last_successful_query: "2026-06-21T10:00:00Z",
  query_count: 100,
  error_count: 0,
  consecutive_failures: 0,
  last_error: null,
  last_error_time: null,
  breaker: "closed",
  next_poll_in: 57,
};

function but(changes: Partial<Health>): Health {
  return { ...WELL, ...changes };
}

describe("the health of a DTU", () => {
  it.each([
    ["answers every time", WELL, "good", "live"],
    ["failed before", but({ error_count: 4 }), "mostly", "live"],
    ["was not asked yet", but({ status: "unknown", query_count: 0 }), "unknown", "unknown"],
    [
      "failed just now",
      but({ status: "error", error_count: 1, consecutive_failures: 1 }),
      "failing",
      "stale",
    ],
    [
      "fails and fails",
      but({ status: "error", error_count: 3, consecutive_failures: 3 }),
      "failing",
      "offline",
    ],
    [
      "is left in peace",
      but({ status: "error", consecutive_failures: 2, breaker: "open" }),
      "open",
      "offline",
    ],
    [
      "is on trial",
      but({ status: "error", consecutive_failures: 5, breaker: "half_open" }),
      "half_open",
      "offline",
    ],
    ["is read by nobody", null, "unread", "unknown"],
  ] as const)("where it %s", (_, health, word, state) => {
    expect(healthWord(health)).toBe(word);
    expect(stateOf(health)).toBe(state);
    expect(isTroubled(health)).toBe(["failing", "open", "half_open"].includes(word));
  });

  it("is a share of polls, and unknown before the first", () => {
    expect(answeredShare(but({ query_count: 0 }))).toBeNull();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (query_count, error_count) => {
          const share = answeredShare(but({ query_count, error_count })) ?? Number.NaN;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

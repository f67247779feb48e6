import { describe, expect, it } from "vitest";
import { byHour, total } from "./polls.ts";

const START = Date.parse("2026-06-21T10:00:00Z");
const HOUR = 3600_000;

function sample(minutes: number, metric_value: number, dtu_name = "roof") {
  return { timestamp: new Date(START + minutes * 60_000).toISOString(), metric_value, tags: { dtu_name } };
}

describe("polls by the hour", () => {
  it("are summed for one DTU, and missing where nothing was counted", () => {
    const polls = [sample(0, 3), sample(1, 4), sample(2, 99, "barn"), sample(130, 5)];
    const hours = byHour(polls, [sample(1, 2), sample(1, 50, "barn")], "roof", START, START + 3 * HOUR);
    expect(hours).toEqual({
      times: [START / 1000, START / 1000 + 3600, START / 1000 + 7200],
      polls: [7, null, 5],
      failed: [2, null, 0],
    });
    expect(total(hours.polls)).toBe(12);
  });
});

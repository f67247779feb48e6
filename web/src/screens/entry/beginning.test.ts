import { describe, expect, it } from "vitest";
import { Problem } from "../../api/problem.ts";
import { beginningOf, NotBack, untilBegun } from "./beginning.ts";
import { readDraft } from "./draft.ts";

const NOTHING = readDraft(null);
const dtu = { name: "roof", host: "192.168.1.100", port: 502, unit_id: 1 };
const RUN = { started_at: "2026-06-21T11:10:00Z" };

describe("what begins again", () => {
  it("is nothing where nothing was chosen, or what is there already", () => {
    expect(beginningOf(NOTHING, { ...RUN, simulated: false })).toBeNull();
    expect(beginningOf({ ...NOTHING, source: "simulated" }, { ...RUN, simulated: true })).toBeNull();
    expect(beginningOf({ ...NOTHING, source: "dtu", dtu }, { ...RUN, simulated: false })).toBeNull();
  });

  it("is the plant that was chosen instead of the one that runs", () => {
    expect(beginningOf({ ...NOTHING, source: "simulated" }, { ...RUN, simulated: false })).toEqual({
      plant: "simulated",
    });
    expect(beginningOf({ ...NOTHING, source: "push" }, { ...RUN, simulated: true })).toEqual({
      plant: "own",
    });
    expect(beginningOf({ ...NOTHING, source: "dtu", dtu }, { ...RUN, simulated: true })).toEqual({
      plant: "own",
      dtu,
    });
  });

  it("is the same plant where its zone was changed in this run, and not in one before", () => {
    const moved = { ...NOTHING, movedIn: RUN.started_at };
    expect(beginningOf(moved, { ...RUN, simulated: false })).toEqual({ plant: "same" });
    expect(beginningOf(moved, { started_at: "2026-06-21T11:11:00Z", simulated: false })).toBeNull();
  });

  it("is begun once, also where two things ask for it", () => {
    const both = { ...NOTHING, source: "simulated" as const, movedIn: RUN.started_at };
    expect(beginningOf(both, { ...RUN, simulated: false })).toEqual({ plant: "simulated" });
  });
});

describe("waiting for another beginning", () => {
  const pausing = () => Promise.resolve();
  const telling = (...answers: (string | Error)[]) => {
    const ask = () => {
      const next = answers.shift();
      if (next === undefined) throw new Error("asked too often");
      return typeof next === "string" ? Promise.resolve({ started_at: next }) : Promise.reject(next);
    };
    return { ask, answers };
  };

  it("goes on while the old one answers, and while nobody does", async () => {
    const away = new TypeError("Failed to fetch");
    const starting = new Problem("store-unavailable", "The store cannot answer now", 503);
    const { ask, answers } = telling("before", away, away, starting, "after");
    await untilBegun("before", ask, pausing);
    expect(answers).toEqual([]);
  });

  it("ends where it is there but wants to know who asks", async () => {
    const { ask } = telling(new Problem("unauthenticated", "Log in", 401));
    await untilBegun("before", ask, pausing);
  });

  it("ends some time", async () => {
    const { ask } = telling(...Array<string>(5).fill("before"));
    await expect(untilBegun("before", ask, pausing, 5)).rejects.toThrow(NotBack);
  });
});

/** What the set-up makes Sunledger begin again as, and the wait until it has. */

import { answer, done, server } from "../../api/client.ts";
import { mayPass, Problem } from "../../api/problem.ts";
import type { Schemas } from "../../api/questions.ts";
import type { Draft, NamedDtu } from "./draft.ts";

/** What is asked for; null where nothing has to begin again. */
export type Beginning = { plant: "simulated" } | { plant: "own"; dtu?: NamedDtu } | { plant: "same" } | null;

type Run = Pick<Schemas["System"], "simulated" | "started_at">;

/** What has to begin so that all that was chosen counts. */
export function beginningOf(draft: Draft, { simulated, started_at }: Run): Beginning {
  if (draft.source === "simulated" && !simulated) return { plant: "simulated" };
  if (draft.source === "push" && simulated) return { plant: "own" };
  if (draft.source === "dtu" && simulated && draft.dtu !== null) return { plant: "own", dtu: draft.dtu };
  return draft.movedIn === started_at ? { plant: "same" } : null;
}

/** It has not come back in the time that it may take. */
export class NotBack extends Error {}

const SECOND = 1000;
const PATIENCE = 5 * SECOND;
const TRIES = 60;

/** Begins again and waits for it, a minute or so. Throws `Problem` where that is refused, and `NotBack`. */
export async function beginAgain(beginning: NonNullable<Beginning>): Promise<void> {
  const { started_at } = await askSystem();
  await (beginning.plant === "same"
    ? done(server.POST("/api/v1/system/restart"))
    : done(server.POST("/api/v1/system/plant", { body: beginning })));
  await untilBegun(started_at, askSystem, pause);
  await untilHeard();
}

function askSystem(): Promise<Schemas["System"]> {
  return answer(server.GET("/api/v1/system", { signal: AbortSignal.timeout(PATIENCE), cache: "no-store" }));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SECOND));
}

/**
 * Asks until the server tells of another beginning than `before`. That it wants to know who asks is an answer,
 * too: it is there. Throws `NotBack`.
 */
export async function untilBegun(
  before: string,
  ask: () => Promise<{ started_at: string }>,
  pausing: () => Promise<void>,
  tries = TRIES,
): Promise<void> {
  for (let tried = 0; tried < tries; tried += 1) {
    await pausing();
    try {
      if ((await ask()).started_at !== before) return;
    } catch (error) {
      if (error instanceof Problem && !mayPass(error)) return;
    }
  }
  throw new NotBack("it has not begun again in time");
}

const READINGS = 12;

/** A few seconds more for the first readings, so that there is something to see; without them it goes on, too. */
async function untilHeard(): Promise<void> {
  for (let tried = 0; tried < READINGS; tried += 1) {
    const { data } = await server.GET("/api/v1/devices", { params: { query: { limit: 1 } } });
    if (data === undefined || data.items.length > 0 || !(await readsDtus())) return;
    await pause();
  }
}

async function readsDtus(): Promise<boolean> {
  const { data } = await server.GET("/api/v1/system");
  return (data?.dtus ?? 0) > 0;
}

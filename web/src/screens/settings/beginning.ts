/** Waits until a server that was asked to begin anew has done so. */

import { answer, server } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";

/** Milliseconds. */
const LOOK_EVERY = 1000;
const PATIENCE = 120_000;

/** True once the server says that it has started at another time, false where it takes too long. */
export async function begunAfter(before: string): Promise<boolean> {
  const since = performance.now();
  while (performance.now() - since < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    if (await hasBegunAfter(before)) return true;
  }
  return false;
}

/** False also while it cannot be reached: that is what is waited for. */
async function hasBegunAfter(before: string): Promise<boolean> {
  try {
    const { started_at } = await answer(server.GET("/api/v1/system"));
    return started_at !== before;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) throw error;
    return false;
  }
}

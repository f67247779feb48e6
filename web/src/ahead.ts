/** What a first screen needs, asked for side by side before anything is drawn: each wait after another is felt. */

import type { QueryClient } from "@tanstack/react-query";
import { devices, latestEnergy, me, sites, system } from "./api/questions.ts";
import { siteOf } from "./api/session.ts";
import { preload } from "./routing/screens.ts";

/** Milliseconds after which the page is drawn with what there is by then. */
const PATIENCE = 1500;

/** Load the first screen and what it shows. A failure shows where it is used. */
export async function askAhead(client: QueryClient): Promise<void> {
  const all = Promise.all([
    preload("/"),
    client.prefetchQuery(me),
    client.prefetchQuery(devices),
    client.prefetchQuery(latestEnergy),
    today(client),
  ]);
  const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([all, enough]);
}

/** Today is a question of the zone and of the time at the plant. */
async function today(client: QueryClient): Promise<void> {
  const { askForToday } = await import("./screens/now/today.ts");
  await Promise.all([client.prefetchQuery(sites), client.prefetchQuery(system)]);
  const site = siteOf(client.getQueryData(sites.queryKey) ?? []);
  if (site !== undefined) await askForToday(client, site.zone);
}

/** What a first screen needs, asked for side by side before anything is drawn: each wait after another is felt. */

import type { QueryClient } from "@tanstack/react-query";
import { devices, latestEnergy, me, sites, system } from "./api/questions.ts";
import { preload } from "./routing/screens.ts";

/** Begin to load the first screen, and what every screen is made of. A failure shows where it is used. */
export function askAhead(client: QueryClient): void {
  preload("/");
  void client.prefetchQuery(me);
  void client.prefetchQuery(sites);
  void client.prefetchQuery(devices);
  void client.prefetchQuery(system);
  void client.prefetchQuery(latestEnergy);
}

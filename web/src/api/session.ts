/** Who is asking, and whose plant it is: known once the shell stands. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { me, type Schemas, sites } from "./questions.ts";

export type Action = "read" | "push" | "change" | "operate" | "administer";

/** Whether whoever asks may do something; what they may not is not offered. */
export function useMay(action: Action): boolean {
  const { data } = useSuspenseQuery(me);
  return data.actions.includes(action);
}

export type Site = Schemas["Site"];

/** The plant of a home; for whoever sees several, the first of them. */
export function siteOf(found: readonly Site[]): Site | undefined {
  return found.find((each) => each.id === "home") ?? found[0];
}

export function useSite(): Site {
  const { data } = useSuspenseQuery(sites);
  const site = siteOf(data);
  if (site === undefined) throw new Error("this account sees no plant");
  return site;
}

/** The zone whose days and hours are shown. */
export function useZone(): string {
  return useSite().zone;
}

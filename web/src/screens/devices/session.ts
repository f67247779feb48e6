/** What whoever looks may do with DTUs. */

import { useQuery } from "@tanstack/react-query";
import { system } from "../../api/questions.ts";
import { useMay } from "../../api/session.ts";

/** Whether a DTU can be added: no DTU joins a plant that is simulated. */
export function useCanAdd(): boolean {
  const may = useMay("operate");
  const { data } = useQuery(system);
  return may && data?.simulated === false;
}

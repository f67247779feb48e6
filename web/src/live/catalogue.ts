/** What can be measured, by the server's catalogue; its labels in the language of the screens. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { measurements, type Schemas } from "../api/questions.ts";

export type Measurement = Schemas["Measurement"];

/** Everything, in the catalogue's order; what has no translation is called as the server calls it. */
export function useWholeCatalogue(): Measurement[] {
  const { data } = useSuspenseQuery(measurements);
  const { t, i18n } = useTranslation("measurements");
  return useMemo(() => {
    const labelled = (each: Measurement) => {
      const key = `labels.${each.reading}_${each.name}` as "labels.port_pv_power"; // one of those there are, or none
      return i18n.exists(key, { ns: "measurements" }) ? { ...each, label: t(key) } : each;
    };
    return data.map(labelled);
  }, [data, t, i18n]);
}

/** What a kind of reading has. */
export function useCatalogue(reading: string): Measurement[] {
  const all = useWholeCatalogue();
  return useMemo(() => all.filter((each) => each.reading === reading), [all, reading]);
}

/** What the catalogue says of a field of some kind of reading. */
export function useMeasurement(reading: string, name: string): Measurement | undefined {
  return useCatalogue(reading).find((each) => each.name === name);
}

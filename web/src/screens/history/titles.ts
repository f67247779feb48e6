/** Whose history it is and what of it, in words. */

import { useTranslation } from "react-i18next";
import type { Device, Measurement } from "../../live/plant.ts";
import type { Quantity } from "./pieces.ts";
import type { View } from "./view.ts";

/** A port's own name, where it has one. */
export function portName({ port_names }: Device, port: number): string | null {
  return port_names[String(port)] ?? null;
}

/** What the catalogue says of a field. */
export function catalogueEntry(
  catalogue: readonly Measurement[],
  gauge: { reading: string; name: string },
): Measurement | undefined {
  return catalogue.find(({ reading, name }) => reading === gauge.reading && name === gauge.name);
}

export function useWhose({ subject, devices }: View): string {
  const { t } = useTranslation("history");
  if (subject.device === null) return t("whose.plant");
  const device = devices.find(({ serial_number }) => serial_number === subject.device);
  const name = device?.name ?? subject.device;
  if (subject.port === null) return name;
  const own = device === undefined ? null : portName(device, subject.port);
  return `${name} · ${own ?? t("whose.port", { port: subject.port })}`;
}

export function useWhat({ catalogue }: View, quantity: Quantity): string {
  const { t } = useTranslation("history");
  if (typeof quantity === "string") return t(`what.${quantity}`);
  return catalogueEntry(catalogue, quantity)?.label ?? quantity.name;
}

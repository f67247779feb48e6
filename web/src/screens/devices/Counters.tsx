/** Lifetime counters as the device has them and as they are repaired, and everything that was put right. */

import { useTranslation } from "react-i18next";
import type { PortNow } from "../../live/events.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { number } from "../../words/numbers.ts";
import style from "./Corrections.module.css";
import { Corrections } from "./Corrections.tsx";
import { exactly } from "./exactly.ts";
import { Block, Blocks, Fact, Facts } from "./Facts.tsx";

const WATT_HOURS = { unit: "Wh", resolution: 1 };

export function Counters({ inverter: { ports, device } }: { inverter: InverterNow }) {
  const { t } = useTranslation("devices");
  return (
    <Card title={t("device.counters")}>
      <p className={style.soft}>{t("device.countersAbout")}</p>
      <Blocks>
        {ports.map((port) => (
          <Block
            key={port.port_number}
            title={device.port_names[port.port_number] ?? t("port", { number: port.port_number })}
          >
            <Counter port={port} />
          </Block>
        ))}
      </Blocks>
      <Corrections device={device} />
    </Card>
  );
}

function Counter({ port }: { port: PortNow }) {
  const { t } = useTranslation("devices");
  const raw = port.total_production as number | null;
  const repaired = port.repaired?.total_production ?? null;
  const difference = raw === null || repaired === null ? null : repaired - raw;
  return (
    <Facts>
      <Fact name={t("device.raw")}>{exactly(raw, WATT_HOURS)}</Fact>
      <Fact name={t("device.repaired")}>{exactly(repaired, WATT_HOURS)}</Fact>
      <Fact name={t("device.difference")}>{difference === 0 ? t("device.same") : signed(difference)}</Fact>
    </Facts>
  );
}

function signed(wattHours: number | null): string {
  const sign = wattHours !== null && wattHours > 0 ? "+" : "";
  return `${sign}${wattHours === null ? number(null) : exactly(wattHours, WATT_HOURS)}`;
}

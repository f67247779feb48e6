/** Everything that an inverter and its ports report now, by the catalogue. */

import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { type Measurement, useCatalogue } from "../../live/catalogue.ts";
import { useNow } from "../../live/now.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { Link } from "../../routing/index.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { dayName } from "../../sitetime/zone.ts";
import { number } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { exactly } from "./exactly.ts";
import { Block, Blocks, Fact, Facts } from "./Facts.tsx";

type Reading = Readonly<Record<string, unknown>>;

export function DeviceReadings({ inverter }: { inverter: InverterNow }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const { device, ports, serial, heardAt } = inverter;
  const reading = useLatest(inverter);
  const today = dayName(usePlantNow(60_000), zone);
  const heardWhen = (at: string) =>
    time(at, dayName(Date.parse(at), zone) === today ? "seconds" : "moment", zone);
  if (reading === null && ports.length === 0) {
    return <Card title={t("device.now")}>{t("device.nothingNow")}</Card>;
  }
  const at = heardAt === null ? undefined : t("device.atTime", { time: heardWhen(heardAt) });
  return (
    <Card aside={at} title={t("device.now")}>
      <Blocks>
        {reading === null ? null : (
          <Block title={t("device.inverterNow")}>
            <Values kind="inverter" reading={reading} />
          </Block>
        )}
        {ports.map((port) => (
          <Block
            key={port.port_number}
            title={
              <Link params={{ serial, port: String(port.port_number) }} to="/roof/$serial/$port">
                {device.port_names[port.port_number] ?? t("port", { number: port.port_number })}
              </Link>
            }
          >
            <Values kind="port" reading={port} />
          </Block>
        ))}
      </Blocks>
    </Card>
  );
}

/** The inverter's own values: those that the stream told, where they are the later ones. */
function useLatest({ serial, device }: InverterNow): Reading | null {
  const told = useNow((now) => now.inverters.get(serial));
  const answered = device.latest.inverter;
  if (told?.timestamp == null || told.grid_voltage === undefined) return answered;
  return answered === null || told.timestamp >= answered.timestamp ? told : answered;
}

function Values({ kind, reading }: { kind: "inverter" | "port"; reading: Reading }) {
  const { t } = useTranslation("devices");
  const catalogue = useCatalogue(kind);
  const quality = reading.quality;
  return (
    <Facts>
      {catalogue.map((measurement) => (
        <Fact key={measurement.name} name={measurement.label}>
          <Value measurement={measurement} value={reading[measurement.name]} />
        </Fact>
      ))}
      {isJudged(quality) ? (
        <Fact name={t("device.qualityName")}>{t(`device.quality.${quality}`)}</Fact>
      ) : null}
    </Facts>
  );
}

const JUDGED = ["zero_glitch", "implausible", "frozen", "corrected"] as const;

function isJudged(quality: unknown): quality is (typeof JUDGED)[number] {
  return JUDGED.some((each) => each === quality);
}

/** A number to its last digit; of codes those in words that mean the same for every maker we know. */
function Value({ measurement, value }: { measurement: Measurement; value: unknown }) {
  const { t } = useTranslation("devices");
  const known = typeof value === "number" ? value : null;
  if (known === null || measurement.kind !== "code") return exactly(known, measurement);
  if (measurement.name === "link_status") {
    return `${t(known === 0 ? "device.codes.unlinked" : "device.codes.linked")} (${number(known)})`;
  }
  if (measurement.name === "alarm_code" && known === 0) return `${t("device.codes.noAlarm")} (0)`;
  return number(known);
}

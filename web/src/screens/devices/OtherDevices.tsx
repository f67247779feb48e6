/** What is no inverter: meters, batteries, weather and telemetry, with their latest readings. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Measurement, useCatalogue } from "../../live/catalogue.ts";
import { Age } from "../../parts/Age.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed } from "../../parts/Waiting.tsx";
import { exactly } from "./exactly.ts";
import style from "./OtherDevices.module.css";
import { latest, type OtherKind } from "./questions.ts";

const KINDS = ["energy", "weather", "telemetry"] as const;

type Reading = Record<string, string | number | null>;

/** Nothing at all where there is none: most plants have only inverters. */
export function OtherDevices() {
  const { t } = useTranslation("devices");
  const energy = useQuery(latest("energy"));
  const weather = useQuery(latest("weather"));
  const telemetry = useQuery(latest("telemetry"));
  const asked = { energy, weather, telemetry };
  const failed = KINDS.map((kind) => asked[kind].error).find((error) => error !== null);
  if (failed === undefined && KINDS.every((kind) => (asked[kind].data ?? []).length === 0)) return null;
  return (
    <Card title={t("others")}>
      {failed === undefined ? null : <Failed error={failed} />}
      <ul className={style.list}>
        {KINDS.flatMap((kind) =>
          (asked[kind].data ?? []).map((reading) => (
            <Other
              key={`${kind} ${whose(reading)} ${String(reading.data_type ?? "")}`}
              kind={kind}
              reading={reading}
            />
          )),
        )}
      </ul>
    </Card>
  );
}

/** What a reading belongs to, by whatever names it has. */
function whose(reading: Reading): string {
  const names = [reading.device_id, reading.location, reading.data_source, reading.source];
  return names.filter((name) => typeof name === "string" && name !== "").join(", ");
}

function Other({ kind, reading }: { kind: OtherKind; reading: Reading }) {
  const { t } = useTranslation("devices");
  return (
    <li className={style.other}>
      <div className={style.who}>
        <strong>{whose(reading)}</strong>
        <span className={style.soft}>{t(`other.${kind}`)}</span>
      </div>
      <Values kind={kind} reading={reading} />
      <span className={style.soft}>
        <Age at={typeof reading.timestamp === "string" ? reading.timestamp : null} />
      </span>
    </li>
  );
}

function Values({ kind, reading }: { kind: OtherKind; reading: Reading }) {
  const said = useCatalogue(kind).filter(({ name }) => typeof reading[name] === "number");
  return (
    <dl className={style.values}>
      {said.map((measurement) => (
        <div key={measurement.name}>
          <dt>{labelOf(measurement, reading)}</dt>
          <dd>{shown(measurement, reading)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Telemetry names its own measurements. */
function labelOf(measurement: Measurement, reading: Reading): string {
  return typeof reading.data_type === "string" ? reading.data_type : measurement.label;
}

function shown(measurement: Measurement, reading: Reading): string {
  const unit = typeof reading.unit === "string" ? reading.unit : measurement.unit;
  return exactly(Number(reading[measurement.name]), { ...measurement, unit });
}

/** Everything that a port says now, beside the median of its neighbours. */

import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/questions.ts";
import { useCatalogue } from "../../live/catalogue.ts";
import type { PortNow } from "../../live/events.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { percent, scaled, withUnit } from "../../words/numbers.ts";
import { ago } from "../../words/times.ts";
import { keyOf } from "./layout.ts";
import style from "./PortScreen.module.css";
import type { PortOf } from "./PortScreen.tsx";
import { median, shareOf } from "./standing.ts";

interface Props {
  port: PortOf;
  inverters: readonly InverterNow[];
}

export function PortNowCard({ port, inverters }: Props) {
  const { t } = useTranslation("roof");
  const now = usePlantNow(5000);
  const told = port.inverter.ports.find((each) => each.port_number === port.number);
  const heard = told === undefined ? null : ago(Math.max(0, now - Date.parse(told.timestamp)));
  return (
    <Card
      aside={heard === null ? null : <span className={style.soft}>{t("port.heard", { ago: heard })}</span>}
      title={t("port.now")}
    >
      <Power inverters={inverters} port={port} told={told} />
      {told === undefined || isHeard(port.inverter) ? null : <p>{t("port.last")}</p>}
      {told === undefined ? null : <Values told={told} />}
    </Card>
  );
}

function Power({ port, inverters, told }: Props & { told: PortNow | undefined }) {
  const { t } = useTranslation("roof");
  const power = isHeard(port.inverter) ? (told?.pv_power ?? null) : null;
  const share = shareOf(power, powerOf(inverters, port.neighbours));
  const shown = scaled(power, "W");
  return (
    <div className={style.now}>
      <p className={style.power}>
        {shown.value} <small>{shown.unit}</small>
      </p>
      {share === null ? null : <p className={style.soft}>{t("port.against", { share: percent(share) })}</p>}
      {told === undefined || told.quality === "good" ? null : (
        <p>
          <Icon name="warning" size={18} /> {t("port.quality")}: {t(`judged.${judgedOf(told.quality)}`)}
        </p>
      )}
    </div>
  );
}

/** What a silent inverter said last says nothing of now. */
function isHeard({ state }: InverterNow): boolean {
  return state === "live" || state === "night";
}

/** The median of what those say that are heard. */
function powerOf(inverters: readonly InverterNow[], keys: readonly string[]): number | null {
  const wanted = new Set(keys);
  const heard = inverters.filter(isHeard);
  const ports = heard.flatMap(({ serial, ports }) =>
    ports.filter(({ port_number }) => wanted.has(keyOf(serial, port_number))),
  );
  return median(ports.map(({ pv_power }) => pv_power));
}

const JUDGED = ["zero_glitch", "implausible", "frozen", "corrected"] as const;

function judgedOf(quality: string): (typeof JUDGED)[number] {
  return JUDGED.find((each) => each === quality) ?? "corrected";
}

function Values({ told }: { told: PortNow }) {
  const reported = useCatalogue("port").filter(({ name }) => name in told);
  return (
    <dl className={style.values}>
      {reported.map((measurement) => (
        <Value key={measurement.name} measurement={measurement} told={told} />
      ))}
    </dl>
  );
}

function Value({ measurement, told }: { measurement: Schemas["Measurement"]; told: PortNow }) {
  const { t } = useTranslation("roof");
  const { name, label, unit, resolution } = measurement;
  const raw = told[name];
  const value = typeof raw === "number" ? raw : null;
  const repaired = repairedOf(told, name);
  return (
    <div>
      <dt>{label}</dt>
      <dd>{withUnit(value, unit, resolution)}</dd>
      {repaired === null || repaired === value ? null : (
        <dd className={style.soft}>{t("port.repaired", { value: withUnit(repaired, unit, resolution) })}</dd>
      )}
    </div>
  );
}

/** A counter without its falls, jumps and wraps; null where there is none. */
function repairedOf({ repaired }: PortNow, name: string): number | null {
  if (name === "today_production") return repaired?.today_production ?? null;
  return name === "total_production" ? (repaired?.total_production ?? null) : null;
}

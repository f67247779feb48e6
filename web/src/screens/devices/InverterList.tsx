/** Inverters under each other: like a table where there is room, compact on a phone. */

import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import type { PortNow } from "../../live/events.ts";
import { type InverterNow, sum } from "../../live/plant.ts";
import { Age } from "../../parts/Age.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";
import { Link } from "../../routing/index.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { dayName } from "../../sitetime/zone.ts";
import { withUnit } from "../../words/numbers.ts";
import style from "./InverterList.module.css";

export function InverterList({ inverters }: { inverters: readonly InverterNow[] }) {
  const { t } = useTranslation("devices");
  return (
    <div className={style.table}>
      <div aria-hidden="true" className={`${style.row} ${style.names}`}>
        <span>{t("inverter")}</span>
        <span>{t("ports")}</span>
        <span className={style.number}>{t("power")}</span>
        <span className={style.number}>{t("today")}</span>
        <span>{t("heard")}</span>
      </div>
      <ul>
        {inverters.map((inverter) => (
          <Row inverter={inverter} key={inverter.serial} />
        ))}
      </ul>
    </div>
  );
}

/** Drawn again only when something of it was told: others' readings cost it nothing. */
const Row = memo(InverterRow, ({ inverter: one }, { inverter: other }) => {
  return one.ports === other.ports && one.device === other.device && one.state === other.state;
});

function InverterRow({ inverter }: { inverter: InverterNow }) {
  const { t } = useTranslation("devices");
  const { serial, name, device, heardAt, power, ports, state } = inverter;
  const heard = state === "live" || state === "night";
  const today = useToday(ports);
  const alarm = device.latest.inverter?.alarm_code ?? 0;
  return (
    <li className={style.row}>
      <div className={style.who}>
        <Link className={style.name} params={{ serial }} to="/devices/$serial">
          {name}
        </Link>
        {name === serial ? null : <span className={style.soft}>{serial}</span>}
        {device.excluded ? <span className={style.soft}>{t("excluded")}</span> : null}
        {alarm === 0 ? null : (
          <span className={style.alarm}>
            <Icon name="warning" size={16} />
            {t("device.codes.alarm", { code: alarm })}
          </span>
        )}
      </div>
      <PortPowers heard={heard} inverter={inverter} />
      <div className={`${style.number} ${style.power}`}>
        <span className="heard">{t("power")} </span>
        {withUnit(heard ? power : null, "W")}
      </div>
      <div className={`${style.number} ${style.today}`}>
        <span className={style.label}>{t("today")} </span>
        {withUnit(today, "Wh")}
      </div>
      <div className={style.state}>
        <StateBadge state={heardAt === null ? "unknown" : state} />
        <span className={style.soft}>
          <Age at={heardAt} />
        </span>
      </div>
    </li>
  );
}

/** What its ports gave today, in Wh; what was heard on another day says nothing of today. */
function useToday(ports: readonly PortNow[]): number | null {
  const zone = useZone();
  const today = dayName(usePlantNow(60_000), zone);
  const heard = ports.filter(({ timestamp }) => dayName(Date.parse(timestamp), zone) === today);
  return sum(heard.map(({ repaired }) => repaired?.today_production));
}

/** Power of each port; what is silent says nothing of now. */
function PortPowers({
  heard,
  inverter: { serial, ports, device },
}: {
  heard: boolean;
  inverter: InverterNow;
}) {
  const { t } = useTranslation("devices");
  return (
    <ul className={style.ports}>
      {ports.map(({ port_number, pv_power }) => (
        <li key={port_number}>
          <Link
            className={style.port}
            params={{ serial, port: String(port_number) }}
            to="/roof/$serial/$port"
          >
            <span className={style.soft}>
              {device.port_names[port_number] ?? t("port", { number: port_number })}
            </span>
            {withUnit(heard ? pv_power : null, "W")}
          </Link>
        </li>
      ))}
    </ul>
  );
}

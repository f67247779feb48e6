/** A port and its panel: what it gives, what its neighbours give, and what of it was doubted. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Empty } from "../../parts/Waiting.tsx";
import { Link, useParams } from "../../routing/index.tsx";
import { keyOf } from "./layout.ts";
import { neighboursOf } from "./neighbours.ts";
import { PortCorrections } from "./PortCorrections.tsx";
import { PortHead } from "./PortHead.tsx";
import { PortMonth } from "./PortMonth.tsx";
import { PortNowCard } from "./PortNowCard.tsx";
import { PortQuality } from "./PortQuality.tsx";
import style from "./PortScreen.module.css";
import { PortToday } from "./PortToday.tsx";
import { type RoofPlan, useRoofPlan } from "./plan.ts";

/** A port, with those that it is compared with. */
export interface PortOf {
  inverter: InverterNow;
  number: number;
  /** As `keyOf` writes it. */
  key: string;
  neighbours: readonly string[];
  zone: string;
}

export function PortScreen() {
  const { serial, port } = useParams({ from: "/roof/$serial/$port" });
  const plan = useRoofPlan();
  const inverter = plan.inverters.find((each) => each.serial === serial);
  const number = Number(port);
  if (inverter === undefined || !inverter.device.ports.includes(number)) {
    return <NoSuchPort port={port} serial={serial} />;
  }
  return <Port inverter={inverter} number={number} plan={plan} />;
}

function Port({ inverter, number, plan }: { inverter: InverterNow; number: number; plan: RoofPlan }) {
  const zone = useZone();
  const key = keyOf(inverter.serial, number);
  const neighbours = useMemo(() => neighboursOf(key, plan.fields), [key, plan.fields]);
  const port = { inverter, number, key, neighbours, zone };
  return (
    <div className={style.screen}>
      <PortHead name={plan.names.get(key) ?? key} port={port} />
      <PortNowCard inverters={plan.inverters} port={port} />
      <PortToday port={port} />
      <PortMonth port={port} />
      <div className={style.pair}>
        <PortCorrections port={port} />
        <PortQuality port={port} />
      </div>
    </div>
  );
}

function NoSuchPort({ serial, port }: { serial: string; port: string }) {
  const { t } = useTranslation("roof");
  return (
    <Empty icon="roof">
      <h1>{t("port.unknown")}</h1>
      <p>{t("port.unknownAbout", { serial, port })}</p>
      <p>
        <Link to="/roof">{t("port.toRoof")}</Link>
      </p>
    </Empty>
  );
}

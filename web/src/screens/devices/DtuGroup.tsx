/** A DTU with its address and its health, and its inverters below. */

import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { type InverterNow, plantPower } from "../../live/plant.ts";
import { Age } from "../../parts/Age.tsx";
import { Card } from "../../parts/Card.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";
import { Link } from "../../routing/index.tsx";
import { withUnit } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import style from "./DtuGroup.module.css";
import { HealthWords } from "./HealthWords.tsx";
import { type Health, isTroubled, stateOf } from "./health.ts";
import { InverterList } from "./InverterList.tsx";
import type { Dtu } from "./questions.ts";
import { type Group, heardFrom } from "./tree.ts";

export function DtuGroup({ group: { name, dtu, inverters } }: { group: Group }) {
  const { t } = useTranslation("devices");
  return (
    <Card
      aside={<span className={style.power}>{withUnit(plantPower(inverters), "W")}</span>}
      title={<Title name={name} />}
    >
      {dtu === null ? null : <Standing dtu={dtu} inverters={inverters} />}
      {name === null ? <p className={style.soft}>{t("noDtuAbout")}</p> : null}
      {inverters.length === 0 ? (
        <p className={style.soft}>{t("noInverters")}</p>
      ) : (
        <InverterList inverters={inverters} />
      )}
    </Card>
  );
}

function Title({ name }: { name: string | null }) {
  const { t } = useTranslation("devices");
  if (name === null) return t("noDtu");
  return (
    <Link className={style.title} params={{ name }} to="/devices/dtu/$name">
      {name === t("dtu.kind") ? null : <span className={style.kind}>{t("dtu.kind")}</span>}
      {name}
      <Icon name="right" size={18} />
    </Link>
  );
}

function Standing({ dtu, inverters }: { dtu: Dtu; inverters: readonly InverterNow[] }) {
  const heard = heardFrom(dtu, inverters);
  return (
    <div className={style.standing}>
      <StateBadge state={stateOf(dtu.health)} />
      {heard === null ? null : (
        <span className={style.soft}>
          <Age at={heard} />
        </span>
      )}
      <span className={style.soft}>
        {dtu.host}:{dtu.port}
      </span>
      <span className={style.soft}>
        <HealthWords health={dtu.health} />
      </span>
      {isTroubled(dtu.health) && dtu.health !== null ? <Trouble health={dtu.health} /> : null}
    </div>
  );
}

/** What the last poll that failed says. */
function Trouble({ health: { last_error, last_error_time } }: { health: Health }) {
  const zone = useZone();
  if (last_error === null) return null;
  return (
    <p className={style.trouble}>
      <Icon name="warning" size={18} />
      <span>
        {last_error_time === null ? "" : `${time(last_error_time, "seconds", zone)}: `}
        {last_error}
      </span>
    </p>
  );
}

/** Every inverter with its share of the power, its state and the age of what it said. */

import { useTranslation } from "react-i18next";
import { type InverterNow, sum } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";
import { Link } from "../../routing/index.tsx";
import { percent, withUnit } from "../../words/numbers.ts";
import { ago } from "../../words/times.ts";
import style from "./DeviceList.module.css";

/** Inverters that are shown; the rest is on the screen of devices. Those that need a look come first. */
const MOST = 8;

interface Props {
  inverters: readonly InverterNow[];
  now: number;
}

export function DeviceList({ inverters, now }: Props) {
  const { t } = useTranslation("now");
  if (inverters.length === 0) return null;
  const shown = [...inverters].sort((one, other) => urgency(one) - urgency(other)).slice(0, MOST);
  const total = sum(inverters.map(heardPower));
  return (
    <Card
      aside={<Link to="/devices">{t("allDevices", { count: inverters.length })}</Link>}
      title={t("inverters")}
    >
      <ul className={style.list}>
        {shown.map((inverter) => (
          <li key={inverter.serial}>
            <Row inverter={inverter} now={now} share={shareOf(inverter, total)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function urgency({ state }: InverterNow): number {
  return state === "offline" ? 0 : state === "stale" ? 1 : 2;
}

/** What is not heard gives nothing that we know of. */
function heardPower({ state, power }: InverterNow): number | null {
  return state === "live" || state === "night" ? power : null;
}

function shareOf(inverter: InverterNow, total: number | null): number | null {
  const power = heardPower(inverter);
  return power === null || total === null || total <= 0 ? null : power / total;
}

function Row({ inverter, now, share }: { inverter: InverterNow; now: number; share: number | null }) {
  const { t } = useTranslation("now");
  const { serial, name, state, heardAt } = inverter;
  const age = heardAt === null ? t("neverHeard") : ago(now - Date.parse(heardAt));
  return (
    <Link className={style.row} params={{ serial }} to="/devices/$serial">
      <span className={style.name}>{name}</span>
      <span className={style.power}>{withUnit(heardPower(inverter), "W")}</span>
      <span aria-hidden="true" className={style.bar}>
        <span style={{ inlineSize: `${Math.round((share ?? 0) * 1000) / 10}%` }} />
      </span>
      <span className={style.state}>
        <StateBadge state={state} />
        <span className={style.age}>{age}</span>
      </span>
      <span className={style.share}>{share === null ? "" : t("share", { share: percent(share) })}</span>
    </Link>
  );
}

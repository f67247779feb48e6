/** What of a port's readings was not taken as it came, newest first. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { corrections, type Schemas } from "../../api/questions.ts";
import { useMeasurement } from "../../live/catalogue.ts";
import { Card } from "../../parts/Card.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { withUnit } from "../../words/numbers.ts";
import { time as written } from "../../words/times.ts";
import style from "./PortScreen.module.css";
import type { PortOf } from "./PortScreen.tsx";

const LATEST = 8;

export function PortCorrections({ port }: { port: PortOf }) {
  const { t } = useTranslation("roof");
  const { inverter, number, zone } = port;
  const query = { device: inverter.serial, port: number, order: "desc", limit: LATEST } as const;
  const { data, error } = useQuery(corrections(query));
  return (
    <Card title={t("port.corrections")}>
      {error === null ? null : <Failed error={error} />}
      {data === undefined && error === null ? <Loading height={200} /> : null}
      {data?.items.length === 0 ? <Empty icon="check">{t("port.noCorrections")}</Empty> : null}
      {data === undefined || data.items.length === 0 ? null : (
        <ul className={style.corrections}>
          {data.items.map((each) => (
            <Correction correction={each} key={`${each.at} ${each.field} ${each.reason}`} zone={zone} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Correction({ correction, zone }: { correction: Schemas["Correction"]; zone: string }) {
  const { t } = useTranslation("roof");
  const { at, until, field, reason, raw, repaired } = correction;
  const measurement = useMeasurement("port", field);
  const shown = (value: number | null) =>
    withUnit(value, measurement?.unit ?? "", measurement?.resolution ?? null);
  const label = field === "*" ? t("port.whole") : (measurement?.label ?? field);
  const run = until === at ? "" : ` ${t("port.until", { time: written(until, "moment", zone) })}`;
  const said = raw === null ? label : t("port.said", { field: label, raw: shown(raw) });
  return (
    <li>
      <strong>{t(`reason.${reason}`)}</strong>
      <span>{repaired === null ? said : `${said}, ${t("port.mended", { repaired: shown(repaired) })}`}</span>
      <span className={style.soft}>
        {written(at, "moment", zone)}
        {run}
      </span>
    </li>
  );
}

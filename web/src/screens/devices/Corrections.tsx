/** What was found out about stored readings of a device, in words, newest first. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { useMeasurement } from "../../live/catalogue.ts";
import type { Device } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { time } from "../../words/times.ts";
import style from "./Corrections.module.css";
import { exactly } from "./exactly.ts";
import { type Correction, corrections } from "./questions.ts";

export function Corrections({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const asked = useInfiniteQuery(corrections(device.serial_number, device.first_seen));
  const found = asked.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className={style.part}>
      <h3>{t("device.corrections")}</h3>
      {asked.isPending ? <Loading height={120} /> : null}
      {asked.error === null ? null : <Failed error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isSuccess && found.length === 0 ? (
        <p className={style.soft}>{t("device.noCorrections")}</p>
      ) : null}
      <ul className={style.list}>
        {found.map((each) => (
          <One
            correction={each}
            key={`${each.port_number} ${each.at} ${each.field} ${each.reason}`}
            names={device.port_names}
          />
        ))}
      </ul>
      {asked.hasNextPage ? (
        <Button disabled={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {t("device.more")}
        </Button>
      ) : null}
    </section>
  );
}

function One({ correction, names }: { correction: Correction; names: Device["port_names"] }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const { port_number: port, at, until, reason } = correction;
  const whose = port === null ? t("inverter") : (names[port] ?? t("port", { number: port }));
  const when = [at, ...(until === at ? [] : [until])]
    .map((moment) => time(moment, "moment", zone))
    .join(" – ");
  return (
    <li className={style.one}>
      <Icon name="edit" size={18} />
      <div>
        <p className={style.what}>
          <strong>{t(`reasons.${reason}`)}</strong>
          <span className={style.soft}>
            {whose}, {when}
          </span>
        </p>
        <p>{t(`told.${reason}`)}</p>
        <Values correction={correction} />
      </div>
    </li>
  );
}

/** What the device said, and what it would have said without the fault. */
function Values({ correction: { port_number, field, raw, repaired } }: { correction: Correction }) {
  const { t } = useTranslation("devices");
  const measurement = useMeasurement(port_number === null ? "inverter" : "port", field);
  if (measurement === undefined) return null;
  return (
    <p className={style.values}>
      {measurement.label}:<del>{exactly(raw, measurement)}</del>
      <Icon name="right" size={16} />
      <ins>{repaired === null ? t("setAside") : exactly(repaired, measurement)}</ins>
    </p>
  );
}

/** What is known of an inverter beside its readings. */

import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import type { Device } from "../../live/plant.ts";
import { Card } from "../../parts/Card.tsx";
import { Link } from "../../routing/index.tsx";
import { time } from "../../words/times.ts";
import style from "./DeviceFacts.module.css";
import { Fact, Facts } from "./Facts.tsx";

export function DeviceFacts({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const { serial_number, dtu_name, inverter_type, kind, first_seen, last_seen, notes } = device;
  return (
    <Card title={t("device.about")}>
      <div className={style.beside}>
        <Facts>
          <Fact name={t("device.serial")}>{serial_number}</Fact>
          <Fact name={t("device.dtu")}>
            <Link params={{ name: dtu_name }} to="/devices/dtu/$name">
              {dtu_name}
            </Link>
          </Fact>
          <Fact name={t("device.type")}>{titled(inverter_type)}</Fact>
          {kind === null ? null : <Fact name={t("device.kind")}>{kind}</Fact>}
          <Fact name={t("device.firstSeen")}>{time(first_seen, "moment", zone)}</Fact>
          <Fact name={t("device.lastSeen")}>{time(last_seen, "moment", zone)}</Fact>
        </Facts>
        <section>
          <h3 className={style.name}>{t("device.notes")}</h3>
          <p className={notes === "" ? style.none : style.notes}>
            {notes === "" ? t("device.noNotes") : notes}
          </p>
        </section>
      </div>
    </Card>
  );
}

/** Names of makers come in small letters. */
function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

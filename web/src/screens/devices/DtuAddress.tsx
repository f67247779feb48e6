/** Where a DTU is and how its list is read, with what configuration says of that. */

import { useTranslation } from "react-i18next";
import { Card } from "../../parts/Card.tsx";
import style from "./DeviceFacts.module.css";
import { Fact, Facts } from "./Facts.tsx";
import type { Dtu } from "./questions.ts";

export function DtuAddress({ dtu }: { dtu: Dtu }) {
  const { t } = useTranslation("devices");
  const { host, port, unit_id, register_step, current_scale, pinned } = dtu;
  return (
    <Card tall title={t("dtu.address")}>
      <Facts>
        <Fact beside={pinned.host} name={t("dtu.host")}>
          {host}
        </Fact>
        <Fact beside={pinned.port} name={t("dtu.port")}>
          {port}
        </Fact>
        <Fact beside={pinned.unit_id} name={t("dtu.unit")}>
          {unit_id}
        </Fact>
        <Fact name={t("dtu.step")}>{t(`dtu.steps.${register_step ?? "auto"}`)}</Fact>
        <Fact name={t("dtu.scale")}>{t(`dtu.scales.${current_scale}`)}</Fact>
      </Facts>
      {pinned.host === undefined ? null : (
        <p className={style.none}>{t("dtu.pinnedAbout", { where: pinned.host })}</p>
      )}
    </Card>
  );
}

/** A DTU: where it is, who set that, how it answers over time, and its inverters. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/session.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { useParams } from "../../routing/index.tsx";
import style from "./DeviceScreen.module.css";
import { DtuAddress } from "./DtuAddress.tsx";
import { DtuForm } from "./DtuForm.tsx";
import { DtuHealth } from "./DtuHealth.tsx";
import { stateOf } from "./health.ts";
import { InverterList } from "./InverterList.tsx";
import { useDtus, useEveryDevice, useNewcomers } from "./plant.ts";
import type { Dtu } from "./questions.ts";
import { RemoveDtu } from "./RemoveDtu.tsx";
import { ScreenHead } from "./ScreenHead.tsx";
import { heardFrom } from "./tree.ts";

export function DtuScreen() {
  const { t } = useTranslation("devices");
  const { name } = useParams({ from: "/devices/dtu/$name" });
  useNewcomers();
  const { dtus, pending, error } = useDtus();
  const inverters = useEveryDevice().filter(({ dtu }) => dtu === name);
  const dtu = dtus?.find(({ id }) => id === name);
  if (dtu !== undefined) return <Known dtu={dtu} inverters={inverters} />;
  return (
    <>
      <ScreenHead title={name} />
      {pending ? <Loading height={320} /> : null}
      {error === null ? null : <Failed error={error} />}
      {dtus === null ? null : <Notice>{t("dtu.gone", { name })}</Notice>}
      <Inverters inverters={inverters} />
    </>
  );
}

function Known({ dtu, inverters }: { dtu: Dtu; inverters: readonly InverterNow[] }) {
  const { t } = useTranslation("devices");
  return (
    <>
      <ScreenHead
        about={t("dtu.kind")}
        actions={<Actions dtu={dtu} />}
        heardAt={heardFrom(dtu, inverters)}
        state={stateOf(dtu.health)}
        title={dtu.id}
      />
      <div className={style.columns}>
        <DtuHealth dtu={dtu} />
        <DtuAddress dtu={dtu} />
      </div>
      <Inverters inverters={inverters} />
    </>
  );
}

function Inverters({ inverters }: { inverters: readonly InverterNow[] }) {
  const { t } = useTranslation("devices");
  return (
    <Card title={t("dtu.inverters")}>
      {inverters.length === 0 ? <p>{t("noInverters")}</p> : <InverterList inverters={inverters} />}
    </Card>
  );
}

/** What configuration names is changed and removed there. */
function Actions({ dtu }: { dtu: Dtu }) {
  const { t } = useTranslation("shell");
  const [asked, setAsked] = useState<"edit" | "remove" | null>(null);
  const may = useMay("operate");
  if (!may || "host" in dtu.pinned) return null;
  const close = () => setAsked(null);
  return (
    <>
      <Button icon="edit" onClick={() => setAsked("edit")}>
        {t("actions.edit")}
      </Button>
      <Button icon="remove" kind="danger" onClick={() => setAsked("remove")}>
        {t("actions.remove")}
      </Button>
      {asked === "edit" ? <DtuForm dtu={dtu} onClose={close} /> : null}
      {asked === "remove" ? <RemoveDtu name={dtu.id} onClose={close} /> : null}
    </>
  );
}

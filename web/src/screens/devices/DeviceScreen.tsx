/** An inverter: everything that it and its ports report, how much of it is there, and what had to be put right. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/session.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Empty } from "../../parts/Waiting.tsx";
import { useParams } from "../../routing/index.tsx";
import { Completeness } from "./Completeness.tsx";
import { Counters } from "./Counters.tsx";
import { DeviceDay } from "./DeviceDay.tsx";
import { DeviceFacts } from "./DeviceFacts.tsx";
import { DeviceForm } from "./DeviceForm.tsx";
import { DeviceReadings } from "./DeviceReadings.tsx";
import { useEveryDevice, useNewcomers } from "./plant.ts";
import { ScreenHead } from "./ScreenHead.tsx";

export function DeviceScreen() {
  const { t } = useTranslation("devices");
  const { serial } = useParams({ from: "/devices/$serial" });
  useNewcomers();
  const device = useEveryDevice().find((each) => each.serial === serial);
  if (device === undefined) {
    return (
      <>
        <ScreenHead title={serial} />
        <Card>
          <Empty icon="devices">{t("device.unknown", { serial })}</Empty>
        </Card>
      </>
    );
  }
  return <Known inverter={device} />;
}

function Known({ inverter }: { inverter: InverterNow }) {
  const { device, serial } = inverter;
  return (
    <>
      <Head inverter={inverter} />
      <Alarms inverter={inverter} />
      <DeviceReadings inverter={inverter} />
      <DeviceFacts device={device} />
      <DeviceDay serial={serial} />
      <Completeness firstSeen={device.first_seen} serial={serial} />
      <Counters inverter={inverter} />
    </>
  );
}

function Head({ inverter: { device, name, serial, state, heardAt } }: { inverter: InverterNow }) {
  const { t } = useTranslation(["devices", "shell"]);
  const may = useMay("change");
  const [edited, setEdited] = useState(false);
  const edit = (
    <Button icon="edit" onClick={() => setEdited(true)}>
      {t("shell:actions.edit")}
    </Button>
  );
  return (
    <>
      <ScreenHead
        about={name === serial ? t("inverter") : t("device.inverterOf", { serial })}
        heardAt={heardAt}
        state={state}
        title={name}
        {...(may ? { actions: edit } : {})}
      />
      {edited ? <DeviceForm device={device} onClose={() => setEdited(false)} /> : null}
    </>
  );
}

/** What somebody has to know before anything else. */
function Alarms({ inverter: { device, state } }: { inverter: InverterNow }) {
  const { t } = useTranslation("devices");
  const reading = device.latest.inverter;
  const alarm = reading?.alarm_code ?? 0;
  const unlinked = reading?.link_status === 0 && state !== "night";
  return (
    <>
      {device.excluded ? <Notice kind="warning">{t("device.excludedSaid")}</Notice> : null}
      {alarm === 0 ? null : (
        <Notice kind="bad" title={t("device.alarm", { code: alarm })}>
          {t("device.alarmAbout", { count: reading?.alarm_count ?? 0 })}
        </Notice>
      )}
      {unlinked ? (
        <Notice icon="offline" kind="warning" title={t("device.unlinked")}>
          {t("device.unlinkedAbout")}
        </Notice>
      ) : null}
    </>
  );
}

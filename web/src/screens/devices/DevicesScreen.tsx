/** Every DTU, inverter and port, and everything else that is heard: how each is, and for how long. */

import { useTranslation } from "react-i18next";
import { useMay } from "../../api/session.ts";
import type { InverterNow } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field } from "../../parts/Field.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { navigate, useSearch } from "../../routing/index.tsx";
import { AddDtu } from "./AddDtu.tsx";
import style from "./DevicesScreen.module.css";
import { DtuGroup } from "./DtuGroup.tsx";
import { OtherDevices } from "./OtherDevices.tsx";
import { useDtus, useEveryDevice, useNewcomers } from "./plant.ts";
import type { DevicesSearch } from "./search.ts";
import { useCanAdd } from "./session.ts";
import { grouped, needsALook, sought } from "./tree.ts";

/** So many inverters are seen at a glance; more are sought. */
const AT_A_GLANCE = 8;

export function DevicesScreen() {
  const { t } = useTranslation("devices");
  const inverters = useEveryDevice();
  const { dtus, pending, error } = useDtus();
  const { q = "", add = false } = useSearch({ from: "/devices" });
  useNewcomers();
  const canAdd = useCanAdd();
  const groups = pending ? [] : grouped(dtus, inverters);
  const shown = sought(groups, q);
  return (
    <>
      <header className={style.head}>
        <div>
          <h1>{t("title")}</h1>
          {inverters.length === 0 ? null : <Counted inverters={inverters} />}
        </div>
        {canAdd ? (
          <Button icon="plus" onClick={() => go({ q, add: true })}>
            {t("add.do")}
          </Button>
        ) : null}
      </header>
      {inverters.length > AT_A_GLANCE ? (
        <Field label={t("search")} onChange={(q) => go({ q }, true)} type="search" value={q} />
      ) : null}
      {error === null ? null : <Failed error={error} />}
      {pending ? <Loading height={320} /> : null}
      {groups.length === 0 && !pending ? <NoDevice /> : null}
      {groups.length > 0 && shown.length === 0 ? (
        <Card>
          <Empty icon="devices">{t("nothingFound", { sought: q })}</Empty>
        </Card>
      ) : null}
      {shown.map((group) => (
        <DtuGroup group={group} key={group.name ?? ""} />
      ))}
      {q === "" ? <OtherDevices /> : null}
      {add && canAdd ? <AddDtu onClose={() => go({ q })} taken={(dtus ?? []).map(({ id }) => id)} /> : null}
    </>
  );
}

/** Another address of this screen; what is typed does not fill the history. */
function go(search: DevicesSearch, replace = false): void {
  navigate({ to: "/devices", search, replace, resetScroll: false });
}

function Counted({ inverters }: { inverters: readonly InverterNow[] }) {
  const { t } = useTranslation("devices");
  const looks = inverters.filter(needsALook).length;
  return (
    <p className={style.counted}>
      {t("counted", { count: inverters.length })}
      {looks === 0 ? "" : `, ${t("attention", { count: looks })}`}
    </p>
  );
}

function NoDevice() {
  const { t } = useTranslation("devices");
  const may = useMay("operate");
  return (
    <Card>
      <Empty icon="devices">
        <strong>{t("empty.title")}</strong>
        <p>{t(may ? "empty.about" : "empty.mayNot")}</p>
      </Empty>
    </Card>
  );
}

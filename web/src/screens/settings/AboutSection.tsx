/** What runs here, where it is described, and whose work it stands on. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { me, system } from "../../api/questions.ts";
import { useZone } from "../../api/session.ts";
import { Card } from "../../parts/Card.tsx";
import { LogOut } from "../../shell/MoreScreen.tsx";
import { MISSING } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import style from "./forms.module.css";

/** What this page is made with, by licence. */
const MIT = "React, TanStack Query, openapi-fetch, Zustand, i18next, uPlot";
const UNLICENSE = "wouter";

export function AboutSection() {
  const { t } = useTranslation("settings");
  const zone = useZone();
  const { data } = useQuery(system);
  const { data: who } = useSuspenseQuery(me);
  return (
    <>
      <Card title={t("about.title")}>
        <p>
          <strong>Sunledger {data?.version ?? MISSING}</strong>
        </p>
        <p className={style.about}>
          {data === undefined
            ? MISSING
            : t("about.since", { when: time(data.started_at, "moment", zone), zone: data.zone })}
        </p>
        <p>
          <a href="/docs">{t("about.docs")}</a>
        </p>
      </Card>
      <Card title={t("about.licences")}>
        <p>{t("about.licence")}</p>
        <p className={style.about}>{t("about.libraries", { libraries: MIT, free: UNLICENSE })}</p>
      </Card>
      {who.kind === "user" ? (
        <div>
          <LogOut name={who.id} />
        </div>
      ) : null}
    </>
  );
}

/** What was: any time, of the whole plant or a part of it, beside another time. */

import { useTranslation } from "react-i18next";
import { Choices } from "./Choices.tsx";
import { Headline } from "./Headline.tsx";
import { HistoryChart } from "./HistoryChart.tsx";
import style from "./HistoryScreen.module.css";
import { PeriodBar } from "./PeriodBar.tsx";
import { useView } from "./view.ts";

export function HistoryScreen() {
  const { t } = useTranslation("history");
  const view = useView();
  return (
    <>
      <h1>{t("title")}</h1>
      <div className={style.bar}>
        <PeriodBar view={view} />
        <Choices view={view} />
      </div>
      <div className={style.shown}>
        <Headline view={view} />
        <HistoryChart view={view} />
      </div>
    </>
  );
}

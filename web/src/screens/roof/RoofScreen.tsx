/** The roof: every panel at its place, coloured by what it gives, now or at any time; and its year. */

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "../../parts/Waiting.tsx";
import { Link } from "../../routing/index.tsx";
import { ArrangeCard } from "./ArrangeCard.tsx";
import { PanelsCard } from "./PanelsCard.tsx";
import { type RoofPlan, useRoofPlan } from "./plan.ts";
import style from "./RoofScreen.module.css";
import { useRoofTime } from "./time.ts";
import { YearCard } from "./YearCard.tsx";

export function RoofScreen() {
  const { t } = useTranslation("roof");
  const plan = useRoofPlan();
  return (
    <div className={style.screen}>
      <h1>{t("title")}</h1>
      {plan.tiles.length === 0 ? <NoPanels /> : <Roof plan={plan} />}
    </div>
  );
}

function Roof({ plan }: { plan: RoofPlan }) {
  const time = useRoofTime();
  const [arranging, setArranging] = useState(false);
  return (
    <>
      {arranging ? (
        <ArrangeCard onDone={() => setArranging(false)} plan={plan} />
      ) : (
        <PanelsCard onArrange={() => setArranging(true)} plan={plan} time={time} />
      )}
      <YearCard time={time} />
    </>
  );
}

function NoPanels() {
  const { t } = useTranslation("roof");
  return (
    <Empty icon="roof">
      <p>{t("empty")}</p>
      <p>
        <Link to="/devices">{t("emptyLink")}</Link>
      </p>
    </Empty>
  );
}

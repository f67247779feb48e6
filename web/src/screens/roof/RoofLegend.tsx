/** What colours and signs mean. */

import { useTranslation } from "react-i18next";
import { Icon } from "../../parts/Icon.tsx";
import { percent } from "../../words/numbers.ts";
import { SIGNS } from "./PanelTile.tsx";
import style from "./RoofLegend.module.css";
import type { Colouring } from "./search.ts";
import { BEHIND, STEPS } from "./standing.ts";

const COLOURS = [0, 1, 2, 3, 4, 5];

export function RoofLegend({ by }: { by: Colouring }) {
  const { t } = useTranslation("roof");
  return (
    <div className={style.legend}>
      <p>{t(`legend.${by}`)}</p>
      <ol className={style.scale}>
        {COLOURS.map((step) => (
          <li key={step}>
            <span className={style.colour} style={{ background: `var(--heat-${step})` }} />
            {limitOf(by, step)}
          </li>
        ))}
      </ol>
      <details>
        <summary>{t("legend.signs")}</summary>
        <ul className={style.signs}>
          <SignOf about={t("legend.behind", { share: percent(BEHIND) })} sign="behind" />
          <SignOf about={t("legend.dead")} sign="dead" />
          <SignOf about={t("legend.silent")} sign="offline" />
          <SignOf about={t("legend.missing")} sign="missing" />
        </ul>
        <p>{t("legend.neighbours")}</p>
      </details>
    </div>
  );
}

/** From which share on a colour is shown. */
function limitOf(by: Colouring, step: number): string {
  const limit = STEPS[by][step - 1];
  return limit === undefined ? percent(0) : `≥ ${percent(limit)}`;
}

function SignOf({ sign, about }: { sign: "behind" | "dead" | "offline" | "missing"; about: string }) {
  const { t } = useTranslation("roof");
  const icon = SIGNS[sign];
  return (
    <li>
      {icon === null ? null : <Icon name={icon} size={16} />}
      <span>
        <strong>{t(`sign.${sign}`)}</strong>: {about}
      </span>
    </li>
  );
}

/** How far somebody has come in the set-up: as words, and as a bar in pieces. */

import { useTranslation } from "react-i18next";
import style from "./Progress.module.css";
import type { Step } from "./steps.ts";

export function Progress({ step, steps }: { step: Step; steps: readonly Step[] }) {
  const { t } = useTranslation("entry");
  const at = steps.indexOf(step);
  return (
    <div className={style.progress}>
      <p>{t("setup.progress", { step: at + 1, count: steps.length })}</p>
      <ol>
        {steps.map((each, index) => (
          <li aria-current={each === step ? "step" : undefined} data-done={index <= at} key={each}>
            <span className="heard">{t(`setup.steps.${each}`)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

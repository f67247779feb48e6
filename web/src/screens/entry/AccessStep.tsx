/** Who may come in: on the machine itself everybody may, until somebody administers. */

import { useTranslation } from "react-i18next";
import { Card } from "../../parts/Card.tsx";
import { Switch } from "../../parts/Switch.tsx";
import type { StepProps } from "./Guide.tsx";
import style from "./Step.module.css";
import { StepActions } from "./StepActions.tsx";

export function AccessStep({ draft, change, onNext, onBack }: StepProps) {
  const { t } = useTranslation("entry");
  return (
    <div className={style.step}>
      <div className={style.head}>
        <h1>{t("setup.access.title")}</h1>
        <p>{t("setup.access.about")}</p>
        <p>{t("setup.access.others")}</p>
      </div>
      <Card>
        <Switch
          checked={draft.administrator}
          hint={t("setup.access.makeHint")}
          label={t("setup.access.make")}
          onChange={(administrator) => change({ administrator })}
        />
      </Card>
      <StepActions next={t("setup.next")} onBack={onBack} onNext={onNext} />
    </div>
  );
}

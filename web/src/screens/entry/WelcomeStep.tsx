/** What this is, in the language and the colours that somebody likes. */

import { useTranslation } from "react-i18next";
import { Card } from "../../parts/Card.tsx";
import { Select } from "../../parts/Field.tsx";
import { APPEARANCES, LANGUAGES, prefer, usePreferences } from "../../preferences.ts";
import { navigate } from "../../routing/index.tsx";
import { passSetup } from "./draft.ts";
import type { StepProps } from "./Guide.tsx";
import style from "./Step.module.css";
import { StepActions } from "./StepActions.tsx";

export function WelcomeStep({ onNext }: StepProps) {
  const { t } = useTranslation("entry");
  const skip = () => {
    passSetup();
    navigate({ to: "/" });
  };
  return (
    <div className={style.step}>
      <div className={style.head}>
        <h1>{t("setup.welcome.title")}</h1>
        <p>{t("setup.welcome.about")}</p>
        <p>{t("setup.welcome.how")}</p>
      </div>
      <Card>
        <div className={style.pair}>
          <LanguageChoice />
          <AppearanceChoice />
        </div>
      </Card>
      <StepActions
        next={t("setup.welcome.begin")}
        onBack={null}
        onNext={onNext}
        onSkip={skip}
        skip={t("setup.skipAll")}
      />
    </div>
  );
}

function LanguageChoice() {
  const { t } = useTranslation("entry");
  const language = usePreferences((preferences) => preferences.language);
  const names = LANGUAGES.map((value) => ({ value, label: t(`languages.${value}`) }));
  return (
    <Select
      label={t("languages.label")}
      onChange={(chosen) => prefer({ language: LANGUAGES.find((each) => each === chosen) ?? null })}
      options={[{ value: "auto", label: t("languages.auto") }, ...names]}
      value={language ?? "auto"}
    />
  );
}

function AppearanceChoice() {
  const { t } = useTranslation("entry");
  const appearance = usePreferences((preferences) => preferences.appearance);
  return (
    <Select
      label={t("appearances.label")}
      onChange={(chosen) => prefer({ appearance: chosen })}
      options={APPEARANCES.map((value) => ({ value, label: t(`appearances.${value}`) }))}
      value={appearance}
    />
  );
}

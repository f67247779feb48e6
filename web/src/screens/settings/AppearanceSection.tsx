/** How this browser shows things: its colours and its language. */

import { useTranslation } from "react-i18next";
import { Card } from "../../parts/Card.tsx";
import { Select } from "../../parts/Field.tsx";
import { APPEARANCES, LANGUAGES, prefer, usePreferences } from "../../preferences.ts";
import style from "./forms.module.css";

/** Each language under its own name. */
const NAMES = { en: "English", de: "Deutsch", pl: "Polski" } as const;

export function AppearanceSection() {
  const { t } = useTranslation("settings");
  const { appearance, language } = usePreferences();
  return (
    <Card title={t("appearance.title")}>
      <p className={style.about}>{t("appearance.kept")}</p>
      <div className={style.fields}>
        <Select
          label={t("appearance.colours")}
          onChange={(chosen) => prefer({ appearance: chosen })}
          options={APPEARANCES.map((value) => ({ value, label: t(`appearance.${value}`) }))}
          value={appearance}
        />
        <Select
          label={t("appearance.language")}
          onChange={(chosen) => prefer({ language: LANGUAGES.find((each) => each === chosen) ?? null })}
          options={[
            { value: "browser", label: t("appearance.browser") },
            ...LANGUAGES.map((value) => ({ value, label: NAMES[value] })),
          ]}
          value={language ?? "browser"}
        />
      </div>
    </Card>
  );
}

/** Which entries of the audit are shown: whose, what was done, between which days. It stands in the address. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { navigate } from "../../routing/index.tsx";
import { ACTIONS, isAction } from "./auditWords.ts";
import style from "./forms.module.css";
import type { SettingsSearch } from "./search.ts";

export function AuditFilter({ search }: { search: SettingsSearch }) {
  const { t } = useTranslation("settings");
  const [draft, setDraft] = useState(search);
  const change = (member: keyof SettingsSearch, value: string) => {
    const { [member]: _, ...others } = draft;
    setDraft(value === "" ? others : { ...others, [member]: value });
  };
  const show = (chosen: SettingsSearch) =>
    navigate({
      to: "/settings/$section",
      params: { section: "audit" },
      search: chosen,
      resetScroll: false,
    });
  const send = (event: FormEvent) => {
    event.preventDefault();
    show(draft);
  };
  const named = draft.action === undefined || isAction(draft.action) ? [] : [draft.action];
  return (
    <form className={style.form} onSubmit={send}>
      <div className={style.narrow}>
        <Field
          autoComplete="off"
          label={t("audit.who")}
          onChange={(who) => change("who", who)}
          type="search"
          value={draft.who ?? ""}
        />
        <Select
          label={t("audit.action")}
          onChange={(action) => change("action", action)}
          options={[
            { value: "", label: t("audit.anything") },
            ...ACTIONS.map((value) => ({ value: value as string, label: t(`audit.actions.${value}`) })),
            ...named.map((value) => ({ value, label: value })),
          ]}
          value={draft.action ?? ""}
        />
        <Field
          label={t("audit.from")}
          onChange={(day) => change("from", day)}
          type="date"
          value={draft.from ?? ""}
        />
        <Field
          label={t("audit.to")}
          onChange={(day) => change("to", day)}
          type="date"
          value={draft.to ?? ""}
        />
      </div>
      <div className={style.actions}>
        <Button type="submit">{t("audit.show")}</Button>
        {Object.keys(search).length === 0 ? null : (
          <Button kind="quiet" onClick={() => show({})}>
            {t("audit.showAll")}
          </Button>
        )}
      </div>
    </form>
  );
}

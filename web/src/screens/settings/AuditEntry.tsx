/** An entry of the audit: when, who, what, and what it was before and after. */

import { useTranslation } from "react-i18next";
import type { Entry } from "../../api/accounts.ts";
import { useZone } from "../../api/session.ts";
import { time } from "../../words/times.ts";
import style from "./AuditEntry.module.css";
import { isAction, isObject } from "./auditWords.ts";
import { browserOf } from "./browser.ts";
import { type Difference, differencesOf } from "./differences.ts";
import forms from "./forms.module.css";

export function AuditEntry({ entry }: { entry: Entry }) {
  const { t } = useTranslation("settings");
  const zone = useZone();
  const { action, object_kind, object_id } = entry;
  const what = isAction(action) ? t(`audit.actions.${action}`) : action;
  const which = isObject(object_kind) ? t(`audit.objects.${object_kind}`) : object_kind;
  return (
    <li>
      <div className={forms.what}>
        <strong>{what}</strong>
        {which} {object_id === "" ? null : <code>{object_id}</code>}{" "}
        {entry.outcome === "done" ? null : (
          <span className={`${forms.badge} ${forms.bad}`}>
            {entry.outcome === "refused" ? t("audit.refused") : t("audit.failed")}
          </span>
        )}
        <p className={forms.about}>
          {time(entry.at, "moment", zone)} · {entry.who}
          {entry.address === "" ? "" : ` · ${entry.address}`}
        </p>
        <Differences found={differencesOf(entry.before, entry.after)} />
      </div>
    </li>
  );
}

function Differences({ found }: { found: readonly Difference[] }) {
  const { t } = useTranslation("settings");
  const zone = useZone();
  if (found.length === 0) return null;
  return (
    <dl className={style.differences}>
      {found.map(({ member, before, after }) => (
        <div key={member}>
          <dt>{member}</dt>
          <dd>
            {before === null ? null : (
              <>
                <span className="heard">{t("audit.before")}: </span>
                <del>{readable(member, before, zone)}</del>
              </>
            )}
            {before === null || after === null ? null : <span aria-hidden="true"> → </span>}
            {after === null ? null : (
              <>
                <span className="heard">{t("audit.after")}: </span>
                <ins>{readable(member, after, zone)}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

/** Moments as a language writes them, browsers by their names. */
function readable(member: string, value: string, zone: string): string {
  if (MOMENT.test(value)) return time(value, "moment", zone);
  if (member !== "agent") return value;
  const { browser, system } = browserOf(value);
  return browser === null ? value : [browser, system].filter(Boolean).join(", ");
}

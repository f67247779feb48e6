/** Whoever is looking: what it may do, its password, and the browsers in which it is logged in. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { me } from "../../api/questions.ts";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Link } from "../../routing/index.tsx";
import { LogOut } from "../../shell/MoreScreen.tsx";
import style from "./forms.module.css";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionList } from "./SessionList.tsx";

export function AccountSection() {
  const { t } = useTranslation("settings");
  const { data: who } = useSuspenseQuery(me);
  if (who.kind !== "user") return <WithoutName owner={who.kind === "owner"} />;
  return (
    <>
      <Card title={t("account.title")}>
        <p>
          <strong>{who.id}</strong>{" "}
          <span className={style.badge}>
            {t(`roles.${who.role === "administrator" || who.role === "operator" ? who.role : "viewer"}`)}
          </span>
        </p>
        <div>
          <LogOut name={who.id} />
        </div>
      </Card>
      <Card title={t("account.password")}>
        <PasswordForm name={who.id} own />
      </Card>
      <Card title={t("account.sessions")}>
        <p className={style.about}>{t("account.sessionsAbout")}</p>
        <SessionList name={who.id} />
      </Card>
    </>
  );
}

/** Let in without a name, as nobody has an account yet, or by a token. */
function WithoutName({ owner }: { owner: boolean }) {
  const { t } = useTranslation("settings");
  return (
    <Card title={t("account.title")}>
      <Notice icon="user" title={t("account.ownerTitle")}>
        {owner ? t("account.owner") : t("account.token")}
      </Notice>
      {owner ? (
        <p>
          {t("account.closing")}{" "}
          <Link params={{ section: "users" }} to="/settings/$section">
            {t("account.makeUser")}
          </Link>
        </p>
      ) : null}
    </Card>
  );
}

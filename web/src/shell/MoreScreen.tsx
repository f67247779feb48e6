/** What has no room in the bar of a phone. */

import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { done, server } from "../api/client.ts";
import { me } from "../api/questions.ts";
import { Button } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Link, navigate } from "../routing/index.tsx";
import style from "./MoreScreen.module.css";

export function MoreScreen() {
  const { t } = useTranslation("shell");
  const { data: who } = useSuspenseQuery(me);
  return (
    <>
      <h1>{t("screens.more")}</h1>
      <ul className={style.list}>
        {(["storage", "settings"] as const).map((name) => (
          <li key={name}>
            <Link className={style.link} to={`/${name}`}>
              <Icon name={name} />
              <span>{t(`screens.${name}`)}</span>
              <Icon name="right" size={18} />
            </Link>
          </li>
        ))}
      </ul>
      {who.kind === "user" ? <LogOut name={who.id} /> : null}
    </>
  );
}

/** The way out, for those who came in by name. */
export function LogOut({ name }: { name: string }) {
  const { t } = useTranslation("shell");
  const client = useQueryClient();
  const leave = async () => {
    await done(server.POST("/api/v1/logout"));
    client.clear();
    navigate({ to: "/login" });
  };
  return (
    <Button icon="user" onClick={() => void leave()}>
      {t("actions.logOut")} ({name})
    </Button>
  );
}

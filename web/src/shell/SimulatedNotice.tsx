/** Says on every screen that nothing here is real, and how to change that. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { system } from "../api/questions.ts";
import { Link } from "../routing/index.tsx";
import style from "./SimulatedNotice.module.css";

export function SimulatedNotice() {
  const { t } = useTranslation("shell");
  const { data } = useQuery(system);
  if (data?.simulated !== true) return null;
  return (
    <aside className={style.notice}>
      <strong>{t("simulated")}</strong>
      <span className={style.about}>{t("simulatedAbout")}</span>
      <Link to="/setup">{t("connect")}</Link>
    </aside>
  );
}

/** The head of a device's screen: the way back, its name, its state and what can be done with it. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { State } from "../../live/events.ts";
import { Age } from "../../parts/Age.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";
import { Link } from "../../routing/index.tsx";
import style from "./ScreenHead.module.css";

interface Props {
  title: string;
  /** What it is, said small: its serial number. */
  about?: ReactNode;
  state?: State | "unknown";
  /** When it was last heard, as the API writes it. */
  heardAt?: string | null;
  actions?: ReactNode;
}

export function ScreenHead({ title, about, state, heardAt = null, actions }: Props) {
  const { t } = useTranslation("devices");
  return (
    <header className={style.head}>
      <Link className={style.back} to="/devices">
        <Icon name="left" size={18} />
        {t("title")}
      </Link>
      <div className={style.main}>
        <div>
          <h1>{title}</h1>
          {about === undefined ? null : <p className={style.soft}>{about}</p>}
        </div>
        {actions === undefined ? null : <div className={style.actions}>{actions}</div>}
      </div>
      {state === undefined ? null : (
        <p className={style.state}>
          <StateBadge state={state} />
          <span className={style.soft}>
            <Age at={heardAt} />
          </span>
        </p>
      )}
    </header>
  );
}

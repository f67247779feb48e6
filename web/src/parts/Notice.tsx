/** Something that whoever looks should know, with what can be done about it. */

import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";
import style from "./Notice.module.css";

type Kind = "plain" | "good" | "warning" | "bad";

const SIGNS: Record<Kind, IconName> = { plain: "about", good: "check", warning: "late", bad: "warning" };

interface Props {
  kind?: Kind;
  icon?: IconName;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}

export function Notice({ kind = "plain", icon, title, children, action }: Props) {
  return (
    <div className={`${style.notice} ${style[kind]}`} role={kind === "bad" ? "alert" : "status"}>
      <Icon name={icon ?? SIGNS[kind]} />
      <div className={style.words}>
        {title === undefined ? null : <strong>{title}</strong>}
        {children === undefined ? null : <div>{children}</div>}
      </div>
      {action === undefined ? null : <div className={style.action}>{action}</div>}
    </div>
  );
}

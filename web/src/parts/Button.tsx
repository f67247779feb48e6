/** What can be pressed. Large enough for a thumb: 44 pixels. */

import type { ButtonHTMLAttributes } from "react";
import style from "./Button.module.css";
import { Icon, type IconName } from "./Icon.tsx";

type Kind = "main" | "plain" | "quiet" | "danger";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  icon?: IconName;
  /** For a button that shows only its icon. */
  label?: string;
}

export function Button({
  kind = "plain",
  icon,
  label,
  children,
  className = "",
  type = "button",
  ...rest
}: Props) {
  const classes = [style.button, style[kind], children === undefined ? style.square : "", className];
  const named = label === undefined ? {} : { "aria-label": label, title: label };
  return (
    <button className={classes.filter(Boolean).join(" ")} type={type} {...named} {...rest}>
      {icon === undefined ? null : <Icon name={icon} size={20} />}
      {children}
    </button>
  );
}

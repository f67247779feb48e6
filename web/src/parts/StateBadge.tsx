/** How a device is, as a sign, a word and a colour. */

import { useTranslation } from "react-i18next";
import type { State } from "../live/events.ts";
import { Icon, type IconName } from "./Icon.tsx";
import style from "./StateBadge.module.css";

const SIGNS: Record<State | "unknown", IconName> = {
  live: "live",
  stale: "late",
  night: "night",
  offline: "offline",
  unknown: "late",
};

export function StateBadge({ state }: { state: State | "unknown" }) {
  const { t } = useTranslation("shell");
  return (
    <span className={`${style.badge} ${style[state]}`}>
      <Icon name={SIGNS[state]} size={16} />
      {t(`state.${state}`)}
    </span>
  );
}

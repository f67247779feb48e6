/** Three big numbers: what comes now, what today brought, and how that compares. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { InverterNow } from "../../live/plant.ts";
import { Icon, type IconName } from "../../parts/Icon.tsx";
import { MISSING, number, type Shown, scaled, withUnit } from "../../words/numbers.ts";
import { ago } from "../../words/times.ts";
import style from "./Figures.module.css";
import { hasHome, type Powers } from "./flows.ts";
import type { Today } from "./today.ts";

interface Props {
  powers: Powers;
  today: Today;
  inverters: readonly InverterNow[];
  now: number;
}

export function Figures({ powers, today, inverters, now }: Props) {
  const { t } = useTranslation("now");
  return (
    <dl className={style.figures}>
      <Figure
        about={<SunAbout inverters={inverters} now={now} power={powers.sun} />}
        icon="now"
        name={t("sun")}
        shown={scaled(powers.sun, "W")}
        tone="sun"
      />
      <Figure
        about={<Compared today={today} />}
        icon="history"
        name={t("today")}
        shown={scaled(today.energy, "Wh")}
      />
      {hasHome(powers) ? <Balance powers={powers} /> : <AgainstUsual today={today} />}
    </dl>
  );
}

interface FigureProps {
  name: string;
  shown: Shown;
  icon: IconName;
  about?: ReactNode;
  tone?: "sun" | "import" | "export";
}

function Figure({ name, shown, icon, about, tone }: FigureProps) {
  return (
    <div className={style.figure}>
      <dt>
        <Icon name={icon} size={18} />
        {name}
      </dt>
      <dd>
        <span className={`${style.number} ${tone === undefined ? "" : style[tone]}`}>
          {shown.value}
          {shown.value === MISSING ? null : <small> {shown.unit}</small>}
        </span>
        <span className={style.about}>{about}</span>
      </dd>
    </div>
  );
}

/** Why there is no power, where there is none. */
function SunAbout({ inverters, now, power }: Pick<Props, "inverters" | "now"> & { power: number | null }) {
  const { t } = useTranslation("now");
  const heard = inverters.filter(({ state }) => state === "live" || state === "night").length;
  if (power === null) {
    const last = inverters.reduce(
      (newest, { heardAt }) => (heardAt !== null && heardAt > newest ? heardAt : newest),
      "",
    );
    return last === "" ? t("neverHeard") : t("lastHeard", { ago: ago(now - Date.parse(last)) });
  }
  if (heard > 0 && inverters.every(({ state }) => state !== "live")) return t("night");
  return heard === inverters.length
    ? t("allHeard", { count: heard })
    : t("someHeard", { heard, count: inverters.length });
}

function Compared({ today }: { today: Today }) {
  const { t } = useTranslation("now");
  if (today.state !== "known") return t(today.state);
  if (today.usual === null) return t("noUsual");
  return t("usualByNow", { energy: withUnit(today.usual, "Wh") });
}

/** The difference to recent days, in a word and in percent. */
function AgainstUsual({ today }: { today: Today }) {
  const { t } = useTranslation("now");
  const share =
    today.usual === null || today.usual === 0 || today.energy === null
      ? null
      : today.energy / today.usual - 1;
  const sign = share === null || share === 0 ? "" : share > 0 ? "+" : "−";
  const shown = share === null ? MISSING : `${sign}${number(Math.abs(share) * 100)}`;
  return (
    <Figure
      about={t(wordFor(today, share))}
      icon="chart"
      name={t("against")}
      shown={{ value: shown, unit: "%" }}
    />
  );
}

/** Differences below it say nothing. */
const SAME = 0.02;

function wordFor({ state }: Today, share: number | null) {
  if (state !== "known") return state;
  if (share === null) return "noUsual";
  if (Math.abs(share) < SAME) return "same";
  return share > 0 ? "better" : "worse";
}

/** To or from the grid; positive power is imported. */
function Balance({ powers }: { powers: Powers }) {
  const { t } = useTranslation("now");
  const { grid, home } = powers;
  const tone = grid === null || grid === 0 ? {} : ({ tone: grid > 0 ? "import" : "export" } as const);
  const word = grid === null ? "gridUnknown" : grid > 0 ? "fromGrid" : "toGrid";
  const about = home === null ? t(word) : t("homeUses", { power: withUnit(home, "W") });
  return (
    <Figure
      about={about}
      icon="grid"
      name={t(word)}
      shown={scaled(grid === null ? null : Math.abs(grid), "W")}
      {...tone}
    />
  );
}

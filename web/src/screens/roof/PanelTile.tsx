/** A panel: its colour, its number, its name, and a sign where it does not do as its neighbours. */

import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../../parts/Icon.tsx";
import { Link } from "../../routing/index.tsx";
import { percent, scaled } from "../../words/numbers.ts";
import style from "./Panels.module.css";
import type { Colouring } from "./search.ts";
import type { Sign } from "./standing.ts";
import type { Shown } from "./view.ts";

export const SIGNS: Record<Sign, IconName | null> = {
  fine: null,
  behind: "behind",
  dead: "warning",
  night: "night",
  stale: "late",
  offline: "offline",
  missing: "missing",
};

interface Props {
  id: string;
  serial: string;
  port: number;
  name: string;
  portrait: boolean;
  by: Colouring;
  panel: Shown | undefined;
  /** Whether the tabulator leads here. */
  reached: boolean;
}

const NOTHING: Shown = { value: null, median: null, share: null, sign: "missing", step: null };

export const PanelTile = memo(Tile, alike);

function Tile({ id, serial, port, name, portrait, by, panel = NOTHING, reached }: Props) {
  const { t } = useTranslation("roof");
  const { sign, step, share } = panel;
  const shown = scaled(panel.value, by === "power" ? "W" : "Wh");
  const icon = SIGNS[sign];
  const compared = share === null ? "" : t("tile.share", { share: percent(share) });
  return (
    <Link
      className={style.panel}
      data-lying={portrait ? undefined : ""}
      data-panel={id}
      data-sign={sign}
      data-step={step ?? undefined}
      params={{ serial, port: String(port) }}
      tabIndex={reached ? 0 : -1}
      title={[name, t(`sign.${sign}`), compared].filter(Boolean).join(" · ")}
      to="/roof/$serial/$port"
    >
      <span className={style.value}>
        {shown.value} {panel.value === null ? null : <small>{shown.unit}</small>}
      </span>
      <span className={style.name}>{name}</span>
      {icon === null ? null : (
        <span className={style.sign}>
          <Icon name={icon} size={14} />
          <span className={style.word}>{t(`sign.${sign}`)}</span>
        </span>
      )}
      <span className="heard">{compared}</span>
    </Link>
  );
}

/** Twice a second everything is computed anew; drawn is what has changed. */
function alike(before: Props, after: Props): boolean {
  const [one, two] = [before.panel, after.panel];
  return (
    before.name === after.name &&
    before.by === after.by &&
    before.portrait === after.portrait &&
    before.reached === after.reached &&
    one?.value === two?.value &&
    one?.share === two?.share &&
    one?.sign === two?.sign &&
    one?.step === two?.step
  );
}

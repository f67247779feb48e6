/** Where the power comes from and where it goes, as a picture with its words. */

import { useTranslation } from "react-i18next";
import { Card } from "../../parts/Card.tsx";
import type { IconName } from "../../parts/Icon.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { number, withUnit } from "../../words/numbers.ts";
import style from "./FlowCard.module.css";
import { type Flow, flowsOf, type Place, type Powers } from "./flows.ts";

/** Centres on a drawing of 320 × 240. */
const PLACES: Record<Place, { x: number; y: number; color: string; icon: IconName }> = {
  sun: { x: 160, y: 46, color: "--sun", icon: "now" },
  grid: { x: 50, y: 120, color: "--grid-import", icon: "grid" },
  home: { x: 270, y: 120, color: "--home", icon: "home" },
  battery: { x: 160, y: 194, color: "--battery", icon: "battery" },
};

/** Watts at which a line is as thick as it gets. */
const THICK = 5000;

export function FlowCard({ powers }: { powers: Powers }) {
  const { t } = useTranslation("now");
  const flows = flowsOf(powers);
  const there = (Object.keys(PLACES) as Place[]).filter((place) => powers[place] !== null);
  return (
    <Card title={t("flow.title")}>
      <div className={style.picture}>
        <svg aria-hidden="true" viewBox="0 0 320 240">
          {flows.map((flow) => (
            <FlowLine flow={flow} key={`${flow.from} ${flow.to}`} />
          ))}
          {there.map((place) => (
            <circle
              className={style.ring}
              cx={PLACES[place].x}
              cy={PLACES[place].y}
              key={place}
              r={44}
              stroke={`var(${PLACES[place].color})`}
            />
          ))}
        </svg>
        {there.map((place) => (
          <PlaceLabel key={place} place={place} powers={powers} />
        ))}
      </div>
      <p className="heard">
        {flows.length === 0
          ? t("flow.none")
          : flows
              .map(({ from, to, power }) =>
                t("flow.sentence", {
                  from: t(`place.${from}`),
                  to: t(`place.${to}`),
                  power: withUnit(power, "W"),
                }),
              )
              .join("; ")}
      </p>
    </Card>
  );
}

function FlowLine({ flow }: { flow: Flow }) {
  const from = PLACES[flow.from];
  const to = PLACES[flow.to];
  const color = flow.to === "grid" ? "--grid-export" : from.color;
  const width = 2 + 5 * Math.min(1, flow.power / THICK);
  const path = `M${from.x} ${from.y}Q160 120 ${to.x} ${to.y}`;
  const seconds = 0.6 + 2.4 / (1 + flow.power / 500);
  return (
    <>
      <path className={style.pipe} d={path} strokeWidth={width + 2} />
      <path
        className={style.flow}
        d={path}
        stroke={`var(${color})`}
        strokeWidth={width}
        style={{ animationDuration: `${seconds.toFixed(2)}s` }}
      />
    </>
  );
}

function PlaceLabel({ place, powers }: { place: Place; powers: Powers }) {
  const { t } = useTranslation("now");
  const { x, y, icon } = PLACES[place];
  const power = powers[place];
  return (
    <div className={style.place} style={{ left: `${(x / 320) * 100}%`, top: `${(y / 240) * 100}%` }}>
      <Icon name={icon} size={20} />
      <strong>{withUnit(power === null ? null : Math.abs(power), "W")}</strong>
      <span>
        {place === "battery" && powers.charge !== null ? `${number(powers.charge)} %` : t(`place.${place}`)}
      </span>
    </div>
  );
}

/** The panels at the time that is chosen. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/session.ts";
import { sum } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { withUnit } from "../../words/numbers.ts";
import { Panels } from "./Panels.tsx";
import { FARTHEST, NEAREST } from "./pinch.ts";
import type { RoofPlan } from "./plan.ts";
import { RoofLegend } from "./RoofLegend.tsx";
import style from "./RoofScreen.module.css";
import type { Sign } from "./standing.ts";
import { TimeBar } from "./TimeBar.tsx";
import type { RoofTime } from "./time.ts";
import { type RoofView, useRoofView } from "./view.ts";

interface Props {
  plan: RoofPlan;
  time: RoofTime;
  onArrange: () => void;
}

/** Pixels of a roof that is not there yet. */
const HEIGHT = 320;

export function PanelsCard({ plan, time, onArrange }: Props) {
  const { t } = useTranslation(["roof", "shell"]);
  const mayChange = useMay("change") && plan.pinned === undefined;
  const view = useRoofView(plan, time);
  const [zoom, setZoom] = useState(1);
  const summary = useSummary(view, time);
  const zooming = (
    <div className={style.group}>
      <Button
        disabled={zoom <= FARTHEST}
        icon="minus"
        kind="quiet"
        label={t("plan.farther")}
        onClick={() => setZoom(Math.max(FARTHEST, zoom / 1.4))}
      />
      <Button
        disabled={zoom >= NEAREST}
        icon="plus"
        kind="quiet"
        label={t("plan.nearer")}
        onClick={() => setZoom(Math.min(NEAREST, zoom * 1.4))}
      />
    </div>
  );
  return (
    <Card title={view.empty ? t("plan.title") : summary}>
      <TimeBar aside={zooming} time={time} view={view} />
      {view.error !== null && !time.live ? <Failed error={view.error} /> : null}
      {view.empty && view.error === null ? <Loading height={HEIGHT} /> : null}
      {view.empty ? null : (
        <Panels
          by={time.by}
          label={t("plan.label", { summary })}
          names={plan.names}
          onZoom={setZoom}
          panels={view.panels}
          tiles={plan.tiles}
          waiting={view.waiting && !time.live}
          zoom={zoom}
        />
      )}
      <div className={style.foot}>
        <RoofLegend by={time.by} />
        {mayChange ? (
          <Button icon="edit" onClick={onArrange}>
            {t("plan.arrange")}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}

/** The whole in a sentence: what all give, and who does not do as the others. */
function useSummary({ panels }: RoofView, { by }: RoofTime): string {
  const { t } = useTranslation("roof");
  return useMemo(() => {
    const all = [...panels.values()];
    const count = (...signs: Sign[]) => all.filter(({ sign }) => signs.includes(sign)).length;
    const total = withUnit(sum(all.map(({ value }) => value)), by === "power" ? "W" : "Wh");
    const parts = [`${total} · ${t("summary.panels", { count: all.length })}`];
    const [behind, dead] = [count("behind"), count("dead")];
    const [silent, missing] = [count("stale", "offline"), count("missing")];
    if (behind > 0) parts.push(t("summary.behind", { count: behind }));
    if (dead > 0) parts.push(t("summary.dead", { count: dead }));
    if (silent > 0) parts.push(t("summary.silent", { count: silent }));
    if (missing > 0) parts.push(t("summary.missing", { count: missing }));
    return parts.join(" · ");
  }, [panels, by, t]);
}

/** The plan while somebody arranges it: dragged, or moved by keys; kept only when it is saved. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { setting } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { FormProblem } from "../../parts/FormProblem.tsx";
import { ArrangePlan } from "./ArrangePlan.tsx";
import { automatic, flipped, keyOf, type Tile, trimmed, turned } from "./layout.ts";
import { type RoofPlan, stored } from "./plan.ts";
import style from "./RoofScreen.module.css";

interface Props {
  plan: RoofPlan;
  onDone: () => void;
}

export function ArrangeCard({ plan, onDone }: Props) {
  const { t } = useTranslation(["roof", "shell"]);
  const [tiles, setTiles] = useState<Tile[]>(plan.tiles);
  const [held, setHeld] = useState<string | null>(null);
  const saving = useSaving(onDone);
  const owners = plan.inverters.map(({ serial, device }) => ({ serial, ports: device.ports }));
  return (
    <Card title={t("arrange.title")}>
      <p>{t("arrange.about")}</p>
      <div className={style.bar}>
        <div className={style.group}>
          <Button
            disabled={held === null}
            icon="turn"
            onClick={() => held !== null && setTiles(flipped(tiles, held))}
          >
            {t("arrange.turn")}
          </Button>
          <Button icon="roof" onClick={() => setTiles(turned(trimmed(tiles), 90))}>
            {t("arrange.turnAll")}
          </Button>
          <Button kind="quiet" onClick={() => setTiles(automatic(owners))}>
            {t("arrange.begin")}
          </Button>
        </div>
        <div className={style.group}>
          <Button onClick={onDone}>{t("shell:actions.cancel")}</Button>
          <Button
            disabled={saving.isPending}
            icon="check"
            kind="main"
            onClick={() => saving.mutate(trimmed(tiles))}
          >
            {t("shell:actions.save")}
          </Button>
        </div>
      </div>
      <FormProblem error={saving.error} fields={[]} />
      <ArrangePlan
        held={tiles.some(({ serial, port }) => keyOf(serial, port) === held) ? held : null}
        names={plan.names}
        onHold={setHeld}
        onTiles={setTiles}
        tiles={tiles}
      />
    </Card>
  );
}

/** The plan as it is shown is kept: a turn is in its places already. */
function useSaving(saved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (tiles: Tile[]) =>
      answer(
        server.PATCH("/api/v1/settings/{id}", {
          params: { path: { id: "roof" } },
          body: { value: { tiles: tiles.map(stored), turned: 0 } },
        }),
      ),
    onSuccess: (roof) => {
      client.setQueryData(setting("roof").queryKey, roof);
      saved();
    },
  });
}

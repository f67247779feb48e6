/** The plant: what it is called, where it is and in which zone, and how its panels lie. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { sites } from "../../api/questions.ts";
import { useMay, useSite } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { time } from "../../words/times.ts";
import { ArrayFields } from "./ArrayFields.tsx";
import style from "./forms.module.css";
import { NextStart } from "./NextStart.tsx";
import { PlaceFields } from "./PlaceFields.tsx";
import { Saved } from "./Saved.tsx";
import { type Changes, changesOf, type Draft, draftOf, faultsOf, isZone, zones } from "./site.ts";

/** How a part of the form is told what is wrong with one of its fields. */
export type FaultOf = (field: string) => string | undefined;

export function SiteSection() {
  const { t } = useTranslation(["settings", "shell"]);
  const site = useSite();
  const may = useMay("change");
  const [draft, setDraft] = useState(() => draftOf(site));
  const [checked, setChecked] = useState(false);
  const [moved, setMoved] = useState(false);
  const save = useSave(site.id);
  const faults = faultsOf(draft);
  const change = (changes: Partial<Draft>) => {
    setDraft({ ...draft, ...changes });
    save.reset();
  };
  const fault: FaultOf = (field) =>
    checked && faults.has(field) ? t("site.noNumber") : faultOf(save.error, field);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    const changes = changesOf(draft, site);
    if (faults.size > 0) return;
    save.mutate(changes, { onSuccess: () => setMoved(moved || changes.place !== undefined) });
  };
  return (
    <>
      <NextStart moved={moved} />
      <Card title={t("site.title")}>
        {may ? null : <Notice icon="user">{t("readOnly")}</Notice>}
        <form className={style.form} noValidate onSubmit={send}>
          <fieldset className={style.group} disabled={!may}>
            <div className={style.fields}>
              <Field
                error={fault("name")}
                label={t("site.name")}
                onChange={(name) => change({ name })}
                pinned={site.pinned.name}
                value={draft.name}
              />
              <ZoneField
                error={fault("zone")}
                onChange={(zone) => change({ zone })}
                pinned={site.pinned.zone}
                value={draft.zone}
              />
            </div>
          </fieldset>
          <PlaceFields
            change={change}
            disabled={!may}
            draft={draft}
            fault={fault}
            pinned={site.pinned.place}
          />
          <ArrayFields
            change={change}
            disabled={!may}
            draft={draft}
            fault={fault}
            pinned={site.pinned.arrays}
          />
          <FormProblem error={save.error} fields={fieldsOf(draft)} />
          {may ? (
            <div className={style.actions}>
              <Button disabled={save.isPending} kind="main" type="submit">
                {t("shell:actions.save")}
              </Button>
              <Saved shown={save.isSuccess} />
            </div>
          ) : null}
        </form>
      </Card>
    </>
  );
}

function useSave(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Changes) =>
      answer(server.PATCH("/api/v1/sites/{id}", { params: { path: { id } }, body: changes })),
    onSuccess: () => client.invalidateQueries({ queryKey: sites.queryKey }),
  });
}

function fieldsOf({ arrays }: Draft): string[] {
  const rows = arrays.flatMap((_, index) =>
    ["capacity", "tilt", "azimuth"].map((field) => `arrays[${index}].${field}`),
  );
  return ["name", "zone", "place.latitude", "place.longitude", ...rows];
}

interface ZoneProps {
  value: string;
  onChange: (zone: string) => void;
  error: string | undefined;
  pinned: string | undefined;
}

const ZONES = zones();

/** Offers the zones that fit what is typed, and says what time it is there. */
function ZoneField({ value, onChange, error, pinned }: ZoneProps) {
  const { t } = useTranslation("settings");
  const now = usePlantNow(10_000);
  const there = isZone(value) ? t("site.zoneNow", { time: time(now, "time", value) }) : t("site.zoneHint");
  return (
    <div>
      <Field
        autoComplete="off"
        error={error}
        hint={there}
        label={t("site.zone")}
        list="zones"
        onChange={onChange}
        pinned={pinned}
        spellCheck={false}
        value={value}
      />
      <datalist id="zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

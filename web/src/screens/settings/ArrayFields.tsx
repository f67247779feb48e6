/** How the panels lie: for each array its peak power, its tilt and where it looks. */

import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import { Field } from "../../parts/Field.tsx";
import style from "./ArrayFields.module.css";
import forms from "./forms.module.css";
import type { FaultOf } from "./SiteSection.tsx";
import { type ArrayDraft, type Draft, numberIn, windOf } from "./site.ts";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  fault: FaultOf;
  pinned: string | undefined;
  disabled: boolean;
}

export function ArrayFields({ draft, change, fault, pinned, disabled }: Props) {
  const { t } = useTranslation(["settings", "shell"]);
  const { arrays } = draft;
  const set = (index: number, changes: Partial<ArrayDraft>) =>
    change({ arrays: arrays.map((array, place) => (place === index ? { ...array, ...changes } : array)) });
  const add = () => {
    const key = Math.max(-1, ...arrays.map((array) => array.key)) + 1;
    change({ arrays: [...arrays, { key, capacity: "", tilt: "30", azimuth: "180" }] });
  };
  const changeable = pinned === undefined && !disabled;
  return (
    <fieldset className={forms.group} disabled={!changeable}>
      <legend>{t("site.arrays")}</legend>
      <p className={forms.about}>
        {pinned === undefined ? t("site.arraysAbout") : t("shell:pinned", { where: pinned })}
      </p>
      {arrays.map((array, index) => (
        <ArrayRow
          array={array}
          fault={(field) => fault(`arrays[${index}].${field}`)}
          key={array.key}
          number={index + 1}
          onChange={(changes) => set(index, changes)}
          onRemove={() => change({ arrays: arrays.filter((each) => each !== array) })}
          removable={changeable}
        />
      ))}
      {changeable ? (
        <div>
          <Button icon="plus" onClick={add}>
            {t("site.addArray")}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}

interface RowProps {
  array: ArrayDraft;
  number: number;
  fault: FaultOf;
  onChange: (changes: Partial<ArrayDraft>) => void;
  onRemove: () => void;
  removable: boolean;
}

function ArrayRow({ array, number, fault, onChange, onRemove, removable }: RowProps) {
  const { t } = useTranslation("settings");
  const azimuth = numberIn(array.azimuth);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset within a grid of fields cannot be laid out
    <div aria-label={t("site.array", { number })} className={style.row} role="group">
      <Field
        error={fault("capacity")}
        inputMode="decimal"
        label={t("site.capacity")}
        onChange={(capacity) => onChange({ capacity })}
        value={array.capacity}
      />
      <Field
        error={fault("tilt")}
        inputMode="decimal"
        label={t("site.tilt")}
        onChange={(tilt) => onChange({ tilt })}
        value={array.tilt}
      />
      <Field
        error={fault("azimuth")}
        hint={azimuth === null ? undefined : t(`site.winds.${windOf(azimuth)}`)}
        inputMode="decimal"
        label={t("site.azimuth")}
        onChange={(azimuth) => onChange({ azimuth })}
        value={array.azimuth}
      />
      {removable ? (
        <Button icon="remove" kind="quiet" label={t("site.removeArray", { number })} onClick={onRemove} />
      ) : null}
    </div>
  );
}

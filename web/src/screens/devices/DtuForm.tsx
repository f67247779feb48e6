/** Changes where a DTU is and how its list is read. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { Button } from "../../parts/Button.tsx";
import { Actions, Dialog } from "../../parts/Dialog.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { draftOf, faultIn } from "../../parts/survey.ts";
import style from "./DtuForm.module.css";
import { type Dtu, dtus } from "./questions.ts";

const STEPS = { auto: null, "20": 20, "40": 40 } as const;
const SCALES = ["auto", "tenths", "hundredths"] as const;

type Step = keyof typeof STEPS;

function stepOf({ register_step: step }: Dtu): Step {
  return step === null ? "auto" : `${step}`;
}

export function DtuForm({ dtu, onClose }: { dtu: Dtu; onClose: () => void }) {
  const { t } = useTranslation(["devices", "shell"]);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(dtu));
  const [step, setStep] = useState(() => stepOf(dtu));
  const [scale, setScale] = useState(dtu.current_scale);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const body = {
        host: draft.host.trim(),
        port: Number(draft.port),
        unit_id: Number(draft.unit_id),
        register_step: STEPS[step],
        current_scale: scale,
      };
      return answer(server.PATCH("/api/v1/dtus/{id}", { params: { path: { id: dtu.id } }, body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: dtus.queryKey });
      onClose();
    },
  });
  const fault = faultIn(draft);
  const errorAt = (field: keyof typeof draft) =>
    fault?.field === field ? t(fault.said, fault.values) : faultOf(error, field);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (fault === null) mutate();
  };
  return (
    <Dialog onClose={onClose} title={t("dtu.edit", { name: dtu.id })}>
      <form className={style.form} noValidate onSubmit={save}>
        <Field
          autoCapitalize="none"
          error={errorAt("host")}
          hint={t("survey.hostHint")}
          label={t("dtu.host")}
          name="host"
          onChange={(host) => setDraft({ ...draft, host })}
          spellCheck={false}
          value={draft.host}
        />
        <div className={style.pair}>
          <Field
            error={errorAt("port")}
            inputMode="numeric"
            label={t("dtu.port")}
            name="port"
            onChange={(port) => setDraft({ ...draft, port })}
            value={draft.port}
          />
          <Field
            error={errorAt("unit_id")}
            inputMode="numeric"
            label={t("dtu.unit")}
            name="unit_id"
            onChange={(unit_id) => setDraft({ ...draft, unit_id })}
            value={draft.unit_id}
          />
        </div>
        <Select
          error={faultOf(error, "register_step")}
          hint={t("dtu.stepHint")}
          label={t("dtu.step")}
          onChange={setStep}
          options={(["auto", "20", "40"] as const).map((value) => ({
            value,
            label: t(`dtu.steps.${value}`),
          }))}
          value={step}
        />
        <Select
          error={faultOf(error, "current_scale")}
          hint={t("dtu.scaleHint")}
          label={t("dtu.scale")}
          onChange={setScale}
          options={SCALES.map((value) => ({ value, label: t(`dtu.scales.${value}`) }))}
          value={scale}
        />
        <FormProblem error={error} fields={["host", "port", "unit_id", "register_step", "current_scale"]} />
        <Actions>
          <Button onClick={onClose}>{t("shell:actions.cancel")}</Button>
          <Button disabled={isPending} kind="main" type="submit">
            {t("shell:actions.save")}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

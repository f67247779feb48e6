/** Adds a DTU: an address, what answers there, and a name. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { devices, system } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Actions, Dialog } from "../../parts/Dialog.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { type Found, SurveyForm } from "../../parts/SurveyForm.tsx";
import style from "./DtuForm.module.css";
import { freeName } from "./freeName.ts";
import { dtus } from "./questions.ts";

interface Props {
  /** Names that others have. */
  taken: readonly string[];
  onClose: () => void;
}

export function AddDtu({ taken, onClose }: Props) {
  const { t } = useTranslation("devices");
  const [chosen, setChosen] = useState<Found | null>(null);
  const [last, setLast] = useState<Found | null>(null);
  const choose = (found: Found) => {
    setChosen(found);
    setLast(found);
  };
  return (
    <Dialog onClose={onClose} title={t("add.title")} wide>
      {chosen === null ? (
        <SurveyForm onFound={choose} {...(last === null ? {} : { address: last })} />
      ) : (
        <NameForm found={chosen} onBack={() => setChosen(null)} onDone={onClose} taken={taken} />
      )}
    </Dialog>
  );
}

interface NameProps {
  found: Found;
  taken: readonly string[];
  onBack: () => void;
  onDone: () => void;
}

function NameForm({ found, taken, onBack, onDone }: NameProps) {
  const { t } = useTranslation(["devices", "shell"]);
  const [id, setId] = useState(() => freeName(taken));
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => answer(server.POST("/api/v1/dtus", { body: { id: id.trim(), ...addressOf(found) } })),
    onSuccess: async () => {
      const changed = [dtus, devices, system].map(({ queryKey }) => client.invalidateQueries({ queryKey }));
      await Promise.all(changed);
      onDone();
    },
  });
  const add = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  const { host, port, unit_id: unit, survey } = found;
  const answers = survey.gateway_serial !== null;
  const at = t("add.at", { host, port, unit });
  return (
    <form className={style.form} onSubmit={add}>
      <Notice
        kind={answers ? "good" : "warning"}
        title={answers ? t("survey.gateway", { serial: survey.gateway_serial }) : t("survey.silent")}
      >
        {at}
      </Notice>
      <Field
        autoCapitalize="none"
        error={faultOf(error, "id")}
        hint={t("add.nameHint")}
        label={t("add.name")}
        maxLength={64}
        name="id"
        onChange={setId}
        spellCheck={false}
        value={id}
      />
      <FormProblem error={error} fields={["id"]} />
      <Actions>
        <Button onClick={onBack}>{t("add.again")}</Button>
        <Button disabled={isPending || id.trim() === ""} kind="main" type="submit">
          {t("shell:actions.add")}
        </Button>
      </Actions>
    </form>
  );
}

function addressOf({ host, port, unit_id }: Found) {
  return { host, port, unit_id };
}

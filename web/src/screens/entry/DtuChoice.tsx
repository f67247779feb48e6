/** One's own DTU: its address, what answers there, and a name. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { done, server } from "../../api/client.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Actions } from "../../parts/Dialog.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { type Found, SurveyForm } from "../../parts/SurveyForm.tsx";
import type { Draft, NamedDtu } from "./draft.ts";
import style from "./Entry.module.css";

interface Props {
  dtu: NamedDtu | null;
  /** One's own plant does not run yet: its DTU is kept in the draft, and sent as it begins. */
  simulated: boolean;
  change: (changes: Partial<Draft>) => void;
  onDone: () => void;
}

export function DtuChoice({ dtu, simulated, change, onDone }: Props) {
  const { t } = useTranslation(["entry", "devices"]);
  const [found, setFound] = useState<Found | null>(null);
  const [another, setAnother] = useState(false);
  if (dtu !== null && !another) {
    return (
      <Notice
        action={<Button onClick={() => setAnother(true)}>{t("devices:add.again")}</Button>}
        kind="good"
        title={t("setup.source.named", { name: dtu.name })}
      >
        {t("devices:add.at", { host: dtu.host, port: dtu.port, unit: dtu.unit_id })}
      </Notice>
    );
  }
  return (
    <Card>
      {found === null ? (
        <SurveyForm onFound={setFound} {...(dtu === null ? {} : { address: dtu })} />
      ) : (
        <NameForm
          found={found}
          onBack={() => setFound(null)}
          onNamed={(named) => {
            change({ dtu: named });
            onDone();
          }}
          simulated={simulated}
        />
      )}
    </Card>
  );
}

interface NameProps {
  found: Found;
  simulated: boolean;
  onBack: () => void;
  onNamed: (dtu: NamedDtu) => void;
}

function NameForm({ found, simulated, onBack, onNamed }: NameProps) {
  const { t } = useTranslation(["entry", "devices", "shell"]);
  const [name, setName] = useState("DTU");
  const { mutate, error, isPending } = useNaming(simulated, onNamed);
  const { host, port, unit_id, survey } = found;
  const send = (event: FormEvent) => {
    event.preventDefault();
    mutate({ name: name.trim(), host, port, unit_id });
  };
  const answers = survey.gateway_serial !== null;
  return (
    <form className={style.form} onSubmit={send}>
      <Notice
        kind={answers ? "good" : "warning"}
        title={
          answers
            ? t("devices:survey.gateway", { serial: survey.gateway_serial })
            : t("devices:survey.silent")
        }
      >
        {t("devices:add.at", { host, port, unit: unit_id })}
      </Notice>
      <Field
        autoCapitalize="none"
        error={faultOf(error, "id")}
        hint={t("devices:add.nameHint")}
        label={t("devices:add.name")}
        maxLength={64}
        name="id"
        onChange={setName}
        pattern="[A-Za-z0-9_\-]+"
        required
        spellCheck={false}
        value={name}
      />
      <FormProblem error={error} fields={["id"]} />
      <Actions>
        <Button onClick={onBack}>{t("devices:add.again")}</Button>
        <Button disabled={isPending} kind="main" type="submit">
          {t("setup.source.use")}
        </Button>
      </Actions>
    </form>
  );
}

/** It is read from now on, or from when one's own plant begins. */
function useNaming(simulated: boolean, onNamed: (dtu: NamedDtu) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, ...address }: NamedDtu) => {
      if (!simulated) await done(server.POST("/api/v1/dtus", { body: { id: name, ...address } }));
    },
    onSuccess: async (_, dtu) => {
      await client.invalidateQueries();
      onNamed(dtu);
    },
  });
}

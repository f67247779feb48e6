/** Names an inverter and its ports, takes notes of it, and says whether its readings are kept. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { devices } from "../../api/questions.ts";
import type { Device } from "../../live/plant.ts";
import { Button } from "../../parts/Button.tsx";
import { Actions, Dialog } from "../../parts/Dialog.tsx";
import { Field, TextArea } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Switch } from "../../parts/Switch.tsx";
import style from "./DtuForm.module.css";
import { changesOf, type Description, descriptionOf } from "./description.ts";

const FIELDS = ["name", "notes", "port_names", "excluded"] as const;

export function DeviceForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation(["devices", "shell"]);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => descriptionOf(device));
  const change = (changes: Partial<Description>) => setDraft({ ...draft, ...changes });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const params = { path: { serial_number: device.serial_number } };
      return answer(
        server.PATCH("/api/v1/devices/{serial_number}", { params, body: changesOf(device, draft) }),
      );
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: devices.queryKey });
      onClose();
    },
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  const { pinned } = device;
  return (
    <Dialog onClose={onClose} title={t("device.edit")}>
      <form className={style.form} onSubmit={save}>
        <Field
          error={faultOf(error, "name")}
          hint={t("device.nameHint")}
          label={t("device.name")}
          maxLength={200}
          name="name"
          onChange={(name) => change({ name })}
          pinned={pinned.name}
          value={draft.name}
        />
        <div className={style.pair}>
          {device.ports.map((port) => (
            <Field
              key={port}
              label={t("device.portName", { number: port })}
              maxLength={200}
              name={`port${port}`}
              onChange={(name) => change({ port_names: { ...draft.port_names, [port]: name } })}
              pinned={pinned.port_names}
              placeholder={t("port", { number: port })}
              value={draft.port_names[port] ?? ""}
            />
          ))}
        </div>
        <TextArea
          error={faultOf(error, "notes")}
          hint={t("device.notesHint")}
          label={t("device.notes")}
          maxLength={4000}
          name="notes"
          onChange={(notes) => change({ notes })}
          pinned={pinned.notes}
          value={draft.notes}
        />
        <Switch
          checked={draft.excluded}
          error={faultOf(error, "excluded")}
          hint={t("device.excludedHint")}
          label={t("device.excluded")}
          onChange={(excluded) => change({ excluded })}
          pinned={pinned.excluded}
        />
        <FormProblem error={error} fields={FIELDS.filter((field) => field !== "port_names")} />
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

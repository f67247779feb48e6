/** What a port is called, where it belongs, and what somebody noted; for those who may, to be changed. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { devices } from "../../api/questions.ts";
import { useMay } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field, TextArea } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";
import { Link } from "../../routing/index.tsx";
import style from "./PortScreen.module.css";
import type { PortOf } from "./PortScreen.tsx";

interface Props {
  port: PortOf;
  name: string;
}

export function PortHead({ port, name }: Props) {
  const { t } = useTranslation(["roof", "shell"]);
  const mayChange = useMay("change");
  const [editing, setEditing] = useState(false);
  const { inverter, number } = port;
  const named = String(number) in inverter.device.port_names;
  const place = t("port.of", { port: number, inverter: inverter.name });
  return (
    <header className={style.head}>
      <Link className={style.back} to="/roof">
        <Icon name="left" size={18} />
        {t("port.back")}
      </Link>
      <div className={style.main}>
        <div>
          <h1>{named ? name : place}</h1>
          {named ? <p className={style.place}>{place}</p> : null}
        </div>
        {mayChange && !editing ? (
          <Button className={style.rename} icon="edit" onClick={() => setEditing(true)}>
            <span>{t("port.rename")}</span>
          </Button>
        ) : null}
      </div>
      {inverter.device.notes === "" ? null : <p className={style.notes}>{inverter.device.notes}</p>}
      {editing ? <Describing onDone={() => setEditing(false)} port={port} /> : null}
      <nav className={style.links}>
        <StateBadge state={inverter.state} />
        <Link params={{ serial: inverter.serial }} to="/devices/$serial">
          {t("port.device")}
        </Link>
        <Link search={{ device: inverter.serial, port: number }} to="/history">
          {t("port.history")}
        </Link>
      </nav>
    </header>
  );
}

function Describing({ port: { inverter, number }, onDone }: { port: PortOf; onDone: () => void }) {
  const { t } = useTranslation(["roof", "shell"]);
  const { port_names: names, notes: noted, pinned } = inverter.device;
  const [name, setName] = useState(names[String(number)] ?? "");
  const [notes, setNotes] = useState(noted);
  const saving = useDescription(inverter.serial, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({
      ...(pinned.port_names === undefined ? { port_names: { ...names, [String(number)]: name.trim() } } : {}),
      ...(pinned.notes === undefined ? { notes } : {}),
    });
  };
  const field = `port_names.${number}`;
  return (
    <Card>
      <form className={style.form} onSubmit={submit}>
        <Field
          error={faultOf(saving.error, field)}
          hint={t("port.nameHint")}
          label={t("port.name")}
          maxLength={200}
          onChange={setName}
          pinned={pinned.port_names}
          value={name}
        />
        <TextArea
          error={faultOf(saving.error, "notes")}
          hint={t("port.notesHint")}
          label={t("port.notes")}
          maxLength={4000}
          onChange={setNotes}
          pinned={pinned.notes}
          value={notes}
        />
        <FormProblem error={saving.error} fields={[field, "notes"]} />
        <div className={style.buttons}>
          <Button disabled={saving.isPending} kind="main" type="submit">
            {t("shell:actions.save")}
          </Button>
          <Button onClick={onDone}>{t("shell:actions.cancel")}</Button>
        </div>
      </form>
    </Card>
  );
}

interface Description {
  port_names?: Record<string, string>;
  notes?: string;
}

function useDescription(serial: string, described: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Description) =>
      answer(
        server.PATCH("/api/v1/devices/{serial_number}", {
          params: { path: { serial_number: serial } },
          body,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: devices.queryKey });
      described();
    },
  });
}

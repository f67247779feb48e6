/** What measurements are called, and what they are multiplied by, where other programs read them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { type Schemas, setting } from "../../api/questions.ts";
import { useMay } from "../../api/session.ts";
import { useWholeCatalogue } from "../../live/catalogue.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import style from "./forms.module.css";
import { Saved } from "./Saved.tsx";
import { numberIn } from "./site.ts";

const SETTINGS = ["entity_friendly_names", "value_multipliers"] as const;
type Name = (typeof SETTINGS)[number];

export function OutputsSection() {
  return SETTINGS.map((name) => <SettingCard key={name} name={name} />);
}

function SettingCard({ name }: { name: Name }) {
  const { t } = useTranslation(["settings", "shell"]);
  const { data, error, refetch } = useQuery(setting(name));
  return (
    <Card title={t(`outputs.${name}.title`)}>
      <p className={style.about}>{t(`outputs.${name}.about`)}</p>
      {data === undefined ? (
        error === null ? (
          <Loading height={120} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <Values name={name} setting={data} />
      )}
    </Card>
  );
}

function Values({ name, setting: { value, pinned } }: { name: Name; setting: Schemas["Setting"] }) {
  const { t } = useTranslation(["settings", "shell"]);
  const where = Object.values(pinned)[0];
  const may = useMay("change") && where === undefined;
  const [rows, setRows] = useState(() => rowsOf(value));
  const save = useSave(name);
  const set = (field: string, text: string) =>
    setRows(rows.map(([key, each]) => [key, key === field ? text : each]));
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(Object.fromEntries(rows.map(([key, text]) => [key, wanted(name, text)])), {
      onSuccess: (saved) => setRows(rowsOf(saved.value)),
    });
  };
  return (
    <form className={style.form} onSubmit={send}>
      {where === undefined ? null : <p>{t("shell:pinned", { where })}</p>}
      {rows.length === 0 ? <p>{t(`outputs.${name}.none`)}</p> : null}
      <div className={style.fields}>
        {rows.map(([field, text]) => (
          <Row
            disabled={!may}
            error={faultOf(save.error, `value.${field}`)}
            field={field}
            key={field}
            numeric={name === "value_multipliers"}
            onChange={(changed) => set(field, changed)}
            onRemove={() => setRows(rows.filter(([key]) => key !== field))}
            value={text}
          />
        ))}
      </div>
      {may ? (
        <Adding onAdd={(field) => setRows([...rows, [field, ""]])} taken={rows.map(([key]) => key)} />
      ) : null}
      <FormProblem error={save.error} fields={rows.map(([key]) => `value.${key}`)} />
      {may ? (
        <div className={style.actions}>
          <Button disabled={save.isPending} kind="main" type="submit">
            {t("shell:actions.save")}
          </Button>
          <Saved shown={save.isSuccess} />
        </div>
      ) : null}
    </form>
  );
}

/** Measurements with what is filled in for them. */
function rowsOf(value: object): (readonly [string, string])[] {
  return Object.entries(value).map(([field, each]) => [field, String(each)] as const);
}

/** A factor that is no number is sent as it is typed: the server says what is wrong with it. */
function wanted(name: Name, text: string): string | number | null {
  if (text.trim() === "") return null;
  return name === "value_multipliers" ? (numberIn(text) ?? text) : text.trim();
}

function useSave(name: Name) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (value: Record<string, string | number | null>) =>
      answer(server.PATCH("/api/v1/settings/{id}", { params: { path: { id: name } }, body: { value } })),
    onSuccess: () => client.invalidateQueries({ queryKey: setting(name).queryKey }),
  });
}

interface RowProps {
  field: string;
  value: string;
  numeric: boolean;
  disabled: boolean;
  error: string | undefined;
  onChange: (value: string) => void;
  onRemove: () => void;
}

function Row({ field, value, numeric, disabled, error, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("shell");
  const label = useLabels().get(field) ?? field;
  return (
    <div className={style.removable}>
      <div className={style.what}>
        <Field
          disabled={disabled}
          error={error}
          inputMode={numeric ? "decimal" : "text"}
          label={label}
          onChange={onChange}
          value={value}
        />
      </div>
      {disabled ? null : (
        <Button icon="remove" kind="quiet" label={`${t("actions.remove")}: ${label}`} onClick={onRemove} />
      )}
    </div>
  );
}

function Adding({ taken, onAdd }: { taken: readonly string[]; onAdd: (field: string) => void }) {
  const { t } = useTranslation("settings");
  const free = [...useLabels()].filter(([field]) => !taken.includes(field));
  const options = free.map(([value, label]) => ({ value, label: `${label} (${value})` }));
  return (
    <Select
      label={t("outputs.add")}
      onChange={(field) => field !== "" && onAdd(field)}
      options={[{ value: "", label: t("outputs.choose") }, ...options]}
      value=""
    />
  );
}

/** Names of measurements with their labels; one that several kinds of readings have counts once. */
function useLabels(): Map<string, string> {
  return new Map(useWholeCatalogue().map(({ name, label }) => [name, label]));
}

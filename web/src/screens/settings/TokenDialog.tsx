/** Makes a token, and shows it the one time that it can be seen. */

import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { tokens } from "../../api/accounts.ts";
import { answer, server } from "../../api/client.ts";
import { devices, me } from "../../api/questions.ts";
import { useMay, useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Actions, Dialog } from "../../parts/Dialog.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Switch } from "../../parts/Switch.tsx";
import { plantNow } from "../../sitetime/clock.ts";
import { dayCalled, startOf } from "../../sitetime/zone.ts";
import style from "./forms.module.css";
import { actionsOf, ENDS, ROLES, type Role, type TokenDraft, wantedOf } from "./tokenDraft.ts";

const EMPTY: TokenDraft = {
  name: "",
  kind: "program",
  role: "viewer",
  scopes: null,
  device: "",
  ends: "never",
  last: "",
};

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "shell"]);
  const zone = useZone();
  const administers = useMay("administer");
  const [draft, setDraft] = useState(EMPTY);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      answer(server.POST("/api/v1/tokens", { body: wantedOf(draft, plantNow(), endOf(zone)) })),
    onSuccess: () => client.invalidateQueries({ queryKey: tokens.queryKey }),
  });
  if (make.data !== undefined) return <Made onClose={onClose} secret={make.data.token} />;
  const change = (changes: Partial<TokenDraft>) => setDraft({ ...draft, ...changes });
  const send = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog onClose={onClose} title={t("tokens.make")}>
      <form className={style.form} onSubmit={send}>
        <Field
          error={faultOf(make.error, "name")}
          hint={t("tokens.nameHint")}
          label={t("tokens.name")}
          onChange={(name) => change({ name })}
          required
          value={draft.name}
        />
        {administers ? (
          <Select
            label={t("tokens.kind")}
            onChange={(kind) => change({ kind })}
            options={(["program", "device"] as const).map((value) => ({
              value,
              label: t(`tokens.kinds.${value}`),
            }))}
            value={draft.kind}
          />
        ) : null}
        {draft.kind === "device" ? (
          <DeviceField change={change} draft={draft} error={faultOf(make.error, "device")} />
        ) : (
          <Powers change={change} draft={draft} error={make.error} />
        )}
        <EndFields change={change} draft={draft} error={faultOf(make.error, "expires_at")} />
        <FormProblem error={make.error} fields={["name", "device", "role", "scopes", "expires_at"]} />
        <Actions>
          <Button onClick={onClose}>{t("shell:actions.cancel")}</Button>
          <Button disabled={make.isPending} kind="main" type="submit">
            {t("tokens.make")}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

/** When a day ends in a zone. */
function endOf(zone: string): (day: string) => number | null {
  return (day) => {
    const start = dayCalled(day, zone);
    return start === null ? null : startOf("day", start, zone, 1);
  };
}

interface Part {
  draft: TokenDraft;
  change: (changes: Partial<TokenDraft>) => void;
}

function DeviceField({ draft, change, error }: Part & { error: string | undefined }) {
  const { t } = useTranslation("settings");
  const { data } = useQuery(devices);
  return (
    <div>
      <Field
        error={error}
        hint={t("tokens.deviceHint")}
        label={t("tokens.device")}
        list="devices"
        onChange={(device) => change({ device })}
        required
        value={draft.device}
      />
      <datalist id="devices">
        {data?.map(({ serial_number, name }) => (
          <option key={serial_number} value={serial_number}>
            {name}
          </option>
        ))}
      </datalist>
    </div>
  );
}

function Powers({ draft, change, error }: Part & { error: unknown }) {
  const { t } = useTranslation("settings");
  const { data: who } = useSuspenseQuery(me);
  const scopes = draft.scopes;
  const own = ROLES.slice(0, rankOf(who.role) + 1);
  const choose = (role: Role) => change({ role, scopes: null });
  return (
    <>
      <Select
        error={faultOf(error, "role")}
        hint={t(`roles.about.${draft.role}`)}
        label={t("tokens.role")}
        onChange={choose}
        options={(own.length === 0 ? ROLES.slice(0, 1) : own).map((value) => ({
          value,
          label: t(`roles.${value}`),
        }))}
        value={draft.role}
      />
      {draft.role === "viewer" ? null : (
        <Switch
          checked={scopes === null}
          label={t("tokens.allScopes")}
          onChange={(all) => change({ scopes: all ? null : ["read"] })}
        />
      )}
      {scopes === null ? null : (
        <fieldset className={style.group}>
          <legend>{t("tokens.scopes")}</legend>
          {actionsOf(draft.role).map((action) => (
            <Switch
              checked={scopes.includes(action)}
              key={action}
              label={t(`tokens.actions.${action}`)}
              onChange={(on) =>
                change({ scopes: on ? [...scopes, action] : scopes.filter((each) => each !== action) })
              }
            />
          ))}
        </fieldset>
      )}
    </>
  );
}

/** Place of a role among the roles; -1 for one that is not known here. */
function rankOf(role: string | null): number {
  return ROLES.findIndex((each) => each === (role ?? ""));
}

function EndFields({ draft, change, error }: Part & { error: string | undefined }) {
  const { t } = useTranslation("settings");
  return (
    <>
      <Select
        error={draft.ends === "own" ? undefined : error}
        label={t("tokens.ends")}
        onChange={(ends) => change({ ends })}
        options={ENDS.map((value) => ({ value, label: t(`tokens.endings.${value}`) }))}
        value={draft.ends}
      />
      {draft.ends === "own" ? (
        <Field
          error={error}
          label={t("tokens.last")}
          onChange={(last) => change({ last })}
          required
          type="date"
          value={draft.last}
        />
      ) : null}
    </>
  );
}

function Made({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation(["settings", "shell"]);
  const [copied, setCopied] = useState(false);
  return (
    <Dialog onClose={onClose} title={t("tokens.made")}>
      <Notice kind="warning">{t("tokens.once")}</Notice>
      <code className={style.secret}>{secret}</code>
      <p className={style.about}>{t("tokens.usage")}</p>
      <Actions>
        {navigator.clipboard === undefined ? null : (
          <Button
            icon={copied ? "check" : "table"}
            onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}
          >
            {copied ? t("tokens.copied") : t("tokens.copy")}
          </Button>
        )}
        <Button kind="main" onClick={onClose}>
          {t("shell:actions.close")}
        </Button>
      </Actions>
    </Dialog>
  );
}

/** A new user, or the role of one that there is: everywhere, or by site where there are several. */

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type User, users } from "../../api/accounts.ts";
import { answer, server } from "../../api/client.ts";
import { me, sites } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Actions, Dialog } from "../../parts/Dialog.tsx";
import { Field, Select } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Switch } from "../../parts/Switch.tsx";
import { navigate } from "../../routing/index.tsx";
import style from "./forms.module.css";

const ROLES = ["viewer", "operator", "administrator"] as const;
type Role = (typeof ROLES)[number];
type SiteRole = "none" | "viewer" | "operator";

interface Draft {
  name: string;
  password: string;
  role: Role | "bySite";
  sites: Record<string, SiteRole>;
  disabled: boolean;
}

function draftOf(user: User | undefined): Draft {
  return {
    name: user?.name ?? "",
    password: "",
    role: user === undefined ? "viewer" : (user.role ?? "bySite"),
    sites: user?.sites ?? {},
    disabled: user?.disabled ?? false,
  };
}

export function UserDialog({ user, onClose }: { user?: User; onClose: () => void }) {
  const { t } = useTranslation(["settings", "shell"]);
  const [draft, setDraft] = useState(() => draftOf(user));
  const { data: plants } = useSuspenseQuery(sites);
  const save = useSave(user, onClose);
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const roles = plants.length > 1 || user?.role === null ? [...ROLES, "bySite" as const] : ROLES;
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft);
  };
  return (
    <Dialog
      onClose={onClose}
      title={user === undefined ? t("users.add") : t("users.change", { name: user.name })}
    >
      <form className={style.form} onSubmit={send}>
        {user === undefined ? <Credentials change={change} draft={draft} error={save.error} /> : null}
        <Select<Draft["role"]>
          error={faultOf(save.error, "role")}
          hint={t(`roles.about.${draft.role}`)}
          label={t("users.role")}
          onChange={(role) => change({ role })}
          options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          value={draft.role}
        />
        {draft.role === "bySite" ? (
          <SiteRoles onChange={(roles) => change({ sites: roles })} plants={plants} roles={draft.sites} />
        ) : null}
        {user === undefined ? null : (
          <Switch
            checked={draft.disabled}
            hint={t("users.disableAbout")}
            label={t("users.disable")}
            onChange={(disabled) => change({ disabled })}
          />
        )}
        <FormProblem error={save.error} fields={["name", "password", "role"]} />
        <Actions>
          <Button onClick={onClose}>{t("shell:actions.cancel")}</Button>
          <Button disabled={save.isPending} kind="main" type="submit">
            {t("shell:actions.save")}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

/** Who was let in without a name is not any more once there is an administrator, and has to log in. */
function useSave(user: User | undefined, onClose: () => void) {
  const client = useQueryClient();
  const { data: who } = useSuspenseQuery(me);
  return useMutation({
    mutationFn: ({ name, password, role, disabled, sites }: Draft) => {
      const chosen = role === "bySite" ? { role: null, sites: chosenOf(sites) } : { role };
      return user === undefined
        ? answer(server.POST("/api/v1/users", { body: { name, password, ...chosen } }))
        : answer(
            server.PATCH("/api/v1/users/{name}", {
              params: { path: { name: user.name } },
              body: { ...chosen, disabled },
            }),
          );
    },
    onSuccess: async (made) => {
      onClose();
      if (who.kind === "owner" && made.role === "administrator") {
        client.clear();
        navigate({ to: "/login" });
      } else await client.invalidateQueries({ queryKey: users.queryKey });
    },
  });
}

function chosenOf(roles: Record<string, SiteRole>): Record<string, "viewer" | "operator"> {
  return Object.fromEntries(
    Object.entries(roles).flatMap(([site, role]) => (role === "none" ? [] : [[site, role] as const])),
  );
}

interface CredentialsProps {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  error: unknown;
}

function Credentials({ draft, change, error }: CredentialsProps) {
  const { t } = useTranslation("settings");
  return (
    <>
      <Field
        autoCapitalize="none"
        autoComplete="off"
        error={faultOf(error, "name")}
        hint={t("users.nameHint")}
        label={t("users.name")}
        onChange={(name) => change({ name })}
        required
        spellCheck={false}
        value={draft.name}
      />
      <Field
        autoComplete="new-password"
        error={faultOf(error, "password")}
        hint={t("password.hint")}
        label={t("password.fresh")}
        onChange={(password) => change({ password })}
        required
        type="password"
        value={draft.password}
      />
    </>
  );
}

interface SiteRolesProps {
  plants: readonly { id: string; name: string }[];
  roles: Record<string, SiteRole>;
  onChange: (roles: Record<string, SiteRole>) => void;
}

function SiteRoles({ plants, roles, onChange }: SiteRolesProps) {
  const { t } = useTranslation("settings");
  return (
    <fieldset className={style.group}>
      <legend>{t("users.bySite")}</legend>
      {plants.map(({ id, name }) => (
        <Select<SiteRole>
          key={id}
          label={name}
          onChange={(role) => onChange({ ...roles, [id]: role })}
          options={(["none", "viewer", "operator"] as const).map((value) => ({
            value,
            label: t(`roles.${value}`),
          }))}
          value={roles[id] ?? "none"}
        />
      ))}
    </fieldset>
  );
}

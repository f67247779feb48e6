/** Everybody who can log in, for administrators: who, with which role, and what can be changed of it. */

import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sessions, tokens, type User, users } from "../../api/accounts.ts";
import { done, server } from "../../api/client.ts";
import { me } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Confirm, Dialog } from "../../parts/Dialog.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import style from "./forms.module.css";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionList } from "./SessionList.tsx";
import { UserDialog } from "./UserDialog.tsx";

export function UsersSection() {
  const { t } = useTranslation(["settings", "shell"]);
  const { data: who } = useSuspenseQuery(me);
  const { data, error, refetch } = useQuery(users);
  const [adding, setAdding] = useState(false);
  return (
    <Card
      aside={
        <Button icon="plus" kind="main" onClick={() => setAdding(true)}>
          {t("users.add")}
        </Button>
      }
      title={t("users.title")}
    >
      {who.kind === "owner" ? <Notice icon="user">{t("users.firstAdministrator")}</Notice> : null}
      {data === undefined ? (
        error === null ? (
          <Loading height={160} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <ul className={style.list}>
          {data.map((user) => (
            <Item key={user.name} user={user} />
          ))}
        </ul>
      )}
      {data?.length === 0 ? <Empty icon="user">{t("users.none")}</Empty> : null}
      {adding ? <UserDialog onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}

type Open = "change" | "password" | "sessions" | "remove" | null;

function Item({ user }: { user: User }) {
  const { t } = useTranslation(["settings", "shell"]);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <li>
      <div className={style.what}>
        <strong>{user.name}</strong>
        <span className={style.badge}>{t(`roles.${user.role ?? "bySite"}`)}</span>{" "}
        {user.disabled ? <span className={`${style.badge} ${style.bad}`}>{t("users.disabled")}</span> : null}
        {user.role === null ? <p className={style.about}>{bySite(user)}</p> : null}
      </div>
      <div className={style.actions}>
        <Button
          icon="edit"
          label={t("users.change", { name: user.name })}
          onClick={() => setOpen("change")}
        />
        <Button onClick={() => setOpen("password")}>{t("users.password")}</Button>
        <Button onClick={() => setOpen("sessions")}>{t("users.sessions")}</Button>
        <Button
          icon="remove"
          label={t("users.remove", { name: user.name })}
          onClick={() => setOpen("remove")}
        />
      </div>
      {open === "change" ? <UserDialog onClose={close} user={user} /> : null}
      {open === "password" ? (
        <Dialog onClose={close} title={t("users.passwordOf", { name: user.name })}>
          <p className={style.about}>{t("users.passwordAbout")}</p>
          <Password user={user} />
        </Dialog>
      ) : null}
      {open === "sessions" ? (
        <Dialog onClose={close} title={t("users.sessionsOf", { name: user.name })} wide>
          <SessionList name={user.name} />
        </Dialog>
      ) : null}
      {open === "remove" ? <Removal onClose={close} user={user} /> : null}
    </li>
  );
}

/** One's own password needs the one before, also for administrators. */
function Password({ user }: { user: User }) {
  const { data: who } = useSuspenseQuery(me);
  return <PasswordForm name={user.name} own={who.kind === "user" && who.id === user.name} />;
}

function bySite({ sites, customers }: User): string {
  return [...Object.entries(sites), ...Object.entries(customers)]
    .map(([place, role]) => `${place}: ${role}`)
    .join(", ");
}

function Removal({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation(["settings", "shell"]);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => done(server.DELETE("/api/v1/users/{name}", { params: { path: { name: user.name } } })),
    onSuccess: async () => {
      onClose();
      client.removeQueries({ queryKey: sessions(user.name).queryKey });
      await client.invalidateQueries({ queryKey: tokens.queryKey });
      await client.invalidateQueries({ queryKey: users.queryKey });
    },
  });
  return (
    <Confirm
      action={t("shell:actions.remove")}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      pending={remove.isPending}
      title={t("users.removeTitle", { name: user.name })}
    >
      {t("users.removeAbout")}
    </Confirm>
  );
}

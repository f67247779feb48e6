/** Makes the first administrator, with the secret of the link that the log shows, and logs in. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { Link, navigate } from "../../routing/index.tsx";
import { duration } from "../../words/times.ts";
import { type Credentials, useLogIn } from "./credentials.ts";
import style from "./Entry.module.css";

interface Props {
  secret: string;
  /** There is an administrator, and it is whoever sits here. */
  onIn: () => void;
}

export function AdministratorForm({ secret, onIn }: Props) {
  const { t } = useTranslation("entry");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { make, error, running } = useFirst(secret, onIn);
  const create = (event: FormEvent) => {
    event.preventDefault();
    if (!running) make({ name: name.trim(), password });
  };
  return (
    <Card>
      <form className={style.form} onSubmit={create}>
        <p className={style.soft}>{t("first.about")}</p>
        <Field
          autoCapitalize="none"
          autoComplete="username"
          error={faultOf(error, "name")}
          label={t("name")}
          name="name"
          onChange={setName}
          required
          spellCheck={false}
          value={name}
        />
        <PasswordField
          autoComplete="new-password"
          error={faultOf(error, "password")}
          hint={t("password.rule")}
          label={t("password.label")}
          onChange={setPassword}
          value={password}
        />
        {error === null || running ? null : <Refusal error={error} />}
        <Button aria-disabled={running} kind="main" type="submit">
          {t(running ? "first.running" : "first.do")}
        </Button>
      </form>
    </Card>
  );
}

/** Makes the account, then logs in; where only that fails, the usual way in is open. */
function useFirst(secret: string, onIn: () => void) {
  const logIn = useLogIn(onIn);
  const { mutate, error, isPending } = useMutation({
    mutationFn: (body: Credentials) => answer(server.POST("/api/v1/setup", { body: { secret, ...body } })),
    onSuccess: (_, credentials) =>
      logIn.mutate(credentials, {
        onError: () => navigate({ to: "/login", search: { next: "/setup" }, replace: true }),
      }),
  });
  return { make: mutate, error, running: isPending || logIn.isPending };
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation("entry");
  if (!(error instanceof Problem)) return <FormProblem error={error} />;
  if (error.status === 410) {
    return (
      <Notice kind="bad" title={t("first.spent")}>
        <p>{t("first.spentAbout")}</p>
        <Link to="/login">{t("first.logIn")}</Link>
      </Notice>
    );
  }
  if (error.status === 429) {
    return <Notice kind="bad">{t("login.tooOften", { wait: duration(error.retryAfter ?? 60) })}</Notice>;
  }
  return <FormProblem error={error} fields={["name", "password"]} />;
}

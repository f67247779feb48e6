/** The way in for people with a name and a password, and from there to where they wanted to go. */

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Redirect } from "wouter";
import { Problem } from "../../api/problem.ts";
import { me } from "../../api/questions.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Field } from "../../parts/Field.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { PasswordField } from "../../parts/PasswordField.tsx";
import { Reason } from "../../parts/Waiting.tsx";
import { useSearch } from "../../routing/index.tsx";
import { duration } from "../../words/times.ts";
import { isNotSetUp, useLogIn } from "./credentials.ts";
import style from "./Entry.module.css";
import { EntryFrame } from "./EntryFrame.tsx";
import { wayBack } from "./wayBack.ts";

export function LoginScreen() {
  const { t } = useTranslation(["entry", "shell"]);
  const { next } = useSearch({ from: "/login" });
  const [isIn, setIn] = useState(false);
  const { error, isSuccess, isFetchedAfterMount } = useQuery({
    ...me,
    retry: false,
    refetchOnMount: "always",
  });
  if (isIn || (isSuccess && isFetchedAfterMount)) {
    return <Redirect replace to={wayBack(next, window.location.origin)} />;
  }
  const nobody = isNotSetUp(error);
  return (
    <EntryFrame>
      <h1>{t("login.title")}</h1>
      {nobody ? (
        <Notice icon="user" title={t("login.nobody")}>
          {t("login.nobodyAbout")}
        </Notice>
      ) : null}
      <Card>
        <LoginForm onIn={() => setIn(true)} />
      </Card>
      {nobody ? null : (
        <details className={style.help}>
          <summary>{t("login.help")}</summary>
          <p>{t("login.helpAbout")}</p>
        </details>
      )}
    </EntryFrame>
  );
}

function LoginForm({ onIn }: { onIn: () => void }) {
  const { t } = useTranslation(["entry", "shell"]);
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, error, isPending } = useLogIn(onIn);
  useEffect(() => form.current?.querySelector<HTMLInputElement>("[name=name]")?.focus(), []);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLInputElement>("[name=password]")?.select();
  }, [error]);
  const logIn = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate({ name: name.trim(), password });
  };
  return (
    <form className={style.form} onSubmit={logIn} ref={form}>
      <Field
        autoCapitalize="none"
        autoComplete="username"
        autoCorrect="off"
        label={t("name")}
        name="name"
        onChange={setName}
        required
        spellCheck={false}
        value={name}
      />
      <PasswordField
        autoComplete="current-password"
        label={t("password.label")}
        onChange={setPassword}
        value={password}
      />
      {error === null || isPending ? null : (
        <Notice kind="bad">
          <Refusal error={error} />
        </Notice>
      )}
      <Button aria-disabled={isPending} kind="main" type="submit">
        {t(isPending ? "login.running" : "shell:actions.logIn")}
      </Button>
    </form>
  );
}

/** Why somebody was not let in. */
function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation("entry");
  if (error instanceof Problem && error.status === 401) return t("login.wrong");
  if (error instanceof Problem && error.status === 429) {
    return t("login.tooOften", { wait: duration(error.retryAfter ?? 60) });
  }
  return <Reason error={error} />;
}

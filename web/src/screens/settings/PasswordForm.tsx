/** Another password: one's own, which needs the one before, or that of somebody else. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { Button } from "../../parts/Button.tsx";
import { Field } from "../../parts/Field.tsx";
import { FormProblem, faultOf } from "../../parts/FormProblem.tsx";
import style from "./forms.module.css";
import { Saved } from "./Saved.tsx";

interface Props {
  name: string;
  own?: boolean;
}

export function PasswordForm({ name, own = false }: Props) {
  const { t } = useTranslation("settings");
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const save = useMutation({
    mutationFn: () =>
      answer(
        server.PUT("/api/v1/users/{name}/password", {
          params: { path: { name } },
          body: { password, ...(own ? { current_password: current } : {}) },
        }),
      ),
    onSuccess: () => {
      setCurrent("");
      setPassword("");
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={style.form} onSubmit={send}>
      <input autoComplete="username" hidden readOnly value={name} />
      <div className={style.fields}>
        {own ? (
          <Field
            autoComplete="current-password"
            error={faultOf(save.error, "current_password")}
            label={t("password.current")}
            onChange={setCurrent}
            required
            type="password"
            value={current}
          />
        ) : null}
        <Field
          autoComplete="new-password"
          error={faultOf(save.error, "password")}
          hint={t("password.hint")}
          label={t("password.fresh")}
          onChange={setPassword}
          required
          type="password"
          value={password}
        />
      </div>
      <FormProblem error={save.error} fields={["current_password", "password"]} />
      <div className={style.actions}>
        <Button disabled={save.isPending || password === ""} kind="main" type="submit">
          {t("password.change")}
        </Button>
        <Saved shown={save.isSuccess && password === ""} />
      </div>
    </form>
  );
}

/** Asks for the address of a DTU, looks at what answers there, and says what was found and what to change. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import type { Schemas } from "../api/questions.ts";
import { duration } from "../words/times.ts";
import { Button } from "./Button.tsx";
import { Actions } from "./Dialog.tsx";
import { Field } from "./Field.tsx";
import { FormProblem, faultOf } from "./FormProblem.tsx";
import { SurveyFindings } from "./SurveyFindings.tsx";
import style from "./SurveyForm.module.css";
import { type Address, type Draft, draftOf, FIRST, faultIn } from "./survey.ts";

export type Survey = Schemas["Survey"];

/** An address, and what answered there. */
export interface Found extends Address {
  survey: Survey;
}

interface Props {
  /** Somebody wants what was found; `survey.gateway_serial` is null where no DTU answered. */
  onFound: (found: Found) => void;
  /** Filled in already, such as after a step back. */
  address?: Address;
}

export function SurveyForm({ onFound, address }: Props) {
  const { t } = useTranslation("devices");
  const [draft, setDraft] = useState<Draft>(() => (address === undefined ? FIRST : draftOf(address)));
  const [tried, setTried] = useState(false);
  const survey = useSurvey();
  const change = (changes: Partial<Draft>) => {
    setDraft({ ...draft, ...changes });
    survey.forget();
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (faultIn(draft) === null) survey.look(addressOf(draft));
  };
  if (survey.running) return <Running host={draft.host.trim()} onCancel={survey.forget} />;
  const fault = tried ? faultIn(draft) : null;
  const errorAt = (field: keyof Draft) =>
    fault?.field === field ? t(fault.said, fault.values) : faultOf(survey.error, field);
  const found = survey.found;
  return (
    <form className={style.form} noValidate onSubmit={look}>
      <p className={style.about}>{t("survey.about")}</p>
      <Field
        autoCapitalize="none"
        autoComplete="off"
        error={errorAt("host")}
        hint={t("survey.hostHint")}
        label={t("survey.host")}
        name="host"
        onChange={(host) => change({ host })}
        spellCheck={false}
        value={draft.host}
      />
      <div className={style.pair}>
        <Field
          error={errorAt("port")}
          hint={t("survey.defaultHint", { value: 502 })}
          inputMode="numeric"
          label={t("survey.port")}
          name="port"
          onChange={(port) => change({ port })}
          value={draft.port}
        />
        <Field
          error={errorAt("unit_id")}
          hint={t("survey.defaultHint", { value: 1 })}
          inputMode="numeric"
          label={t("survey.unit")}
          name="unit_id"
          onChange={(unit_id) => change({ unit_id })}
          value={draft.unit_id}
        />
      </div>
      <FormProblem error={survey.error} fields={["host", "port", "unit_id"]} />
      {found === null ? null : <SurveyFindings survey={found.survey} />}
      <Actions>
        <Button kind={found === null ? "main" : "plain"} type="submit">
          {t(found === null ? "survey.do" : "survey.again")}
        </Button>
        {found === null ? null : <Use found={found} onFound={onFound} />}
      </Actions>
    </form>
  );
}

function Use({ found, onFound }: { found: Found; onFound: (found: Found) => void }) {
  const { t } = useTranslation("devices");
  const answers = found.survey.gateway_serial !== null;
  return (
    <Button kind={answers ? "main" : "plain"} onClick={() => onFound(found)}>
      {t(answers ? "survey.use" : "survey.useAnyway")}
    </Button>
  );
}

function addressOf(draft: Draft): Address {
  return { host: draft.host.trim(), port: Number(draft.port), unit_id: Number(draft.unit_id) };
}

/** While it is looked: for how long, and the way out. */
function Running({ host, onCancel }: { host: string; onCancel: () => void }) {
  const { t } = useTranslation(["devices", "shell"]);
  const seconds = useSeconds();
  return (
    <div className={style.form}>
      <div className={style.running} role="status">
        <strong>{t("survey.running", { host })}</strong>
        <span>{t("survey.patience")}</span>
      </div>
      <div className={style.bar}>
        <span />
      </div>
      <p className={style.about}>{t("survey.since", { duration: duration(seconds) })}</p>
      <Actions>
        <Button onClick={onCancel}>{t("shell:actions.cancel")}</Button>
      </Actions>
    </div>
  );
}

function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}

/** Milliseconds until it is asked again where another survey is being made. */
const ANOTHER = 5000;
const TRIES = 12;

/** One survey at a time; what is forgotten is not waited for. */
function useSurvey() {
  const asked = useRef<AbortController | null>(null);
  const { mutate, reset, isPending, error, data } = useMutation({
    mutationFn: async ({ address, signal }: { address: Address; signal: AbortSignal }): Promise<Found> => {
      const survey = await answer(server.POST("/api/v1/dtus/survey", { body: address, signal }));
      return { ...address, survey };
    },
    retry: (failures, problem) => problem instanceof Problem && problem.status === 429 && failures < TRIES,
    retryDelay: ANOTHER,
  });
  useEffect(() => () => asked.current?.abort(), []);
  return {
    running: isPending,
    error: isPending ? null : error,
    found: data ?? null,
    look(address: Address) {
      asked.current?.abort();
      asked.current = new AbortController();
      mutate({ address, signal: asked.current.signal });
    },
    forget() {
      asked.current?.abort();
      reset();
    },
  };
}

/** What was chosen, and the end: at once, or once Sunledger has begun again with it. */

import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { system } from "../../api/questions.ts";
import { useMay, useSite } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Reason } from "../../parts/Waiting.tsx";
import { addressOf } from "../../routing/index.tsx";
import { MISSING, number } from "../../words/numbers.ts";
import { type Beginning, beginAgain, beginningOf, NotBack } from "./beginning.ts";
import { type Draft, passSetup } from "./draft.ts";
import type { StepProps } from "./Guide.tsx";
import style from "./Step.module.css";
import { StepActions } from "./StepActions.tsx";

export function ReadyStep({ draft, onBack }: StepProps) {
  const { t } = useTranslation("entry");
  const { wanted, possible: beginning } = useBeginning(draft);
  const begin = useMutation({
    mutationFn: async () => (beginning === null ? undefined : beginAgain(beginning)),
    onSuccess: () => leave(draft),
  });
  if (begin.isPending) return <Begins />;
  if (begin.error instanceof NotBack) return <Away onLeave={() => leave(draft)} />;
  return (
    <div className={style.step}>
      <div className={style.head}>
        <h1>{t("setup.ready.title")}</h1>
        <p>{t(beginning === null ? "setup.ready.about" : "setup.ready.again")}</p>
      </div>
      <Card>
        <Chosen draft={draft} />
      </Card>
      {wanted !== beginning ? <Notice kind="warning">{t("setup.ready.byHand")}</Notice> : null}
      {begin.error === null ? null : (
        <Notice kind="bad" action={<Button onClick={() => leave(draft)}>{t("setup.ready.leave")}</Button>}>
          <Reason error={begin.error} />
        </Notice>
      )}
      <StepActions
        next={t(draft.administrator ? "setup.ready.users" : "setup.ready.show")}
        onBack={onBack}
        onNext={() => begin.mutate()}
      />
    </div>
  );
}

/** What is to begin, as far as whoever asks may begin it and Sunledger can. */
function useBeginning(draft: Draft): { wanted: Beginning; possible: Beginning } {
  const { data: running } = useSuspenseQuery(system);
  const mayRestart = useMay("administer");
  const wanted = beginningOf(draft, running);
  const can = running.can_restart && (wanted?.plant !== "same" || mayRestart);
  return { wanted, possible: can ? wanted : null };
}

/** By a new page: nothing of a plant that was shown before is left in it. */
function leave(draft: Draft): void {
  const users = addressOf({ to: "/settings/$section", params: { section: "users" } });
  passSetup();
  window.location.assign(draft.administrator ? users : "/");
}

function Chosen({ draft }: { draft: Draft }) {
  const { t } = useTranslation("entry");
  const { data: running } = useSuspenseQuery(system);
  const { zone, place } = useSite();
  const kept = running.simulated ? "simulated" : running.dtus > 0 ? "dtu" : null;
  const source = draft.source ?? kept;
  return (
    <dl className={style.chosen}>
      <dt>{t("setup.ready.source")}</dt>
      <dd>{source === null ? MISSING : t(`setup.source.${source}`)}</dd>
      <dt>{t("setup.place.zone")}</dt>
      <dd>{zone}</dd>
      <dt>{t("setup.place.where")}</dt>
      <dd>{place === null ? MISSING : `${number(place.latitude, 3)}°, ${number(place.longitude, 3)}°`}</dd>
    </dl>
  );
}

function Begins() {
  const { t } = useTranslation("entry");
  return (
    <div className={style.step} role="status">
      <div className={style.head}>
        <h1>{t("setup.begins.title")}</h1>
        <p>{t("setup.begins.about")}</p>
      </div>
      <div className={style.bar}>
        <span />
      </div>
    </div>
  );
}

/** It does not come back: where to look, and the ways on. */
function Away({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation(["entry", "shell"]);
  return (
    <div className={style.step}>
      <div className={style.head}>
        <h1>{t("setup.away.title")}</h1>
        <p>{t("setup.away.about")}</p>
      </div>
      <StepActions
        next={t("shell:retry")}
        onBack={null}
        onNext={() => window.location.reload()}
        onSkip={onLeave}
        skip={t("shell:failed.home")}
      />
    </div>
  );
}

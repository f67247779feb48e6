/** Where readings come from: a DTU of one's own, a simulated plant to look around, or programs that push them. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { system } from "../../api/questions.ts";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { DtuChoice } from "./DtuChoice.tsx";
import type { Source } from "./draft.ts";
import type { StepProps } from "./Guide.tsx";
import style from "./Step.module.css";
import { StepActions } from "./StepActions.tsx";

export function SourceStep({ draft, change, onNext, onBack }: StepProps) {
  const { t } = useTranslation(["entry", "devices"]); // those of the survey, too: nothing jumps once it is chosen
  const { data: running } = useSuspenseQuery(system);
  const others: Source[] = running.can_simulate || running.simulated ? ["simulated", "push"] : ["push"];
  const has = running.dtus > 0 && !running.simulated;
  return (
    <div className={style.step}>
      <div className={style.head}>
        <h1>{t("setup.source.title")}</h1>
        <p>{t("setup.source.about")}</p>
      </div>
      {has ? <Notice kind="good">{t("setup.source.has", { count: running.dtus })}</Notice> : null}
      <fieldset className={style.choices}>
        <legend className="heard">{t("setup.source.title")}</legend>
        {(["dtu", ...others] as const).map((source) => (
          <Fragment key={source}>
            <Choice
              checked={draft.source === source}
              onChoose={() => change({ source })}
              simulated={running.simulated}
              source={source}
            />
            {draft.source === source && source === "push" ? <Pushing /> : null}
            {draft.source === source && source === "dtu" ? (
              <DtuChoice change={change} dtu={draft.dtu} onDone={onNext} simulated={running.simulated} />
            ) : null}
          </Fragment>
        ))}
      </fieldset>
      <Ways
        chosen={draft.source !== null && (draft.source !== "dtu" || draft.dtu !== null)}
        {...{ onBack, onNext }}
      />
    </div>
  );
}

/** On, once it is chosen; past it until then. */
function Ways({ chosen, onBack, onNext }: { chosen: boolean } & Pick<StepProps, "onBack" | "onNext">) {
  const { t } = useTranslation("entry");
  const next = chosen ? { next: t("setup.next"), onNext } : { onSkip: onNext };
  return <StepActions {...next} onBack={onBack} />;
}

interface ChoiceProps {
  source: Source;
  checked: boolean;
  simulated: boolean;
  onChoose: () => void;
}

function Choice({ source, checked, simulated, onChoose }: ChoiceProps) {
  const { t } = useTranslation("entry");
  const words = source === "simulated" && simulated ? "stay" : source;
  return (
    <label className={style.choice}>
      <input checked={checked} name="source" onChange={onChoose} type="radio" value={source} />
      <strong>{t(`setup.source.${words}`)}</strong>
      <span>{t(`setup.source.${words}About`)}</span>
    </label>
  );
}

function Pushing() {
  const { t } = useTranslation("entry");
  return (
    <Card>
      <p>{t("setup.source.pushHow")}</p>
      <p>
        <a href="/docs" rel="noreferrer" target="_blank">
          {t("setup.source.pushDocs")}
        </a>
      </p>
    </Card>
  );
}

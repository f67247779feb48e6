/** The guided set-up, step by step. The address says the step, so that the browser's way back works. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { me, system } from "../../api/questions.ts";
import { useMay } from "../../api/session.ts";
import { Empty } from "../../parts/Waiting.tsx";
import { Link, navigate, useSearch } from "../../routing/index.tsx";
import { observeClock } from "../../sitetime/clock.ts";
import { AccessStep } from "./AccessStep.tsx";
import { type Draft, passSetup, useDraft } from "./draft.ts";
import { EntryFrame } from "./EntryFrame.tsx";
import { PlaceStep } from "./PlaceStep.tsx";
import { Progress } from "./Progress.tsx";
import { ReadyStep } from "./ReadyStep.tsx";
import { SourceStep } from "./SourceStep.tsx";
import { type Step, stepAfter, stepBefore, stepIn, stepsFor } from "./steps.ts";
import { WelcomeStep } from "./WelcomeStep.tsx";

/** What every step is told. */
export interface StepProps {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  onNext: () => void;
  /** Null at the first. */
  onBack: (() => void) | null;
}

const SHOWN: Record<Step, (props: StepProps) => React.ReactNode> = {
  welcome: WelcomeStep,
  source: SourceStep,
  place: PlaceStep,
  access: AccessStep,
  ready: ReadyStep,
};

export function Guide() {
  const { data: who } = useSuspenseQuery(me);
  const { data: running } = useSuspenseQuery(system);
  const { step: named } = useSearch({ from: "/setup" });
  const [draft, change] = useDraft();
  const may = useMay("operate");
  useEffect(() => observeClock(Date.parse(running.now), running.speed), [running]);
  if (!may) return <NotYours />;
  const steps = stepsFor(who.kind === "owner");
  const step = stepIn(named, steps, running.simulated);
  const before = stepBefore(step, steps);
  const Shown = SHOWN[step];
  return (
    <EntryFrame progress={<Progress step={step} steps={steps} />} wide>
      <Shown
        change={change}
        draft={draft}
        key={step}
        onBack={before === null ? null : () => go(before)}
        onNext={() => go(stepAfter(step, steps))}
      />
    </EntryFrame>
  );
}

function go(step: Step): void {
  navigate({ to: "/setup", search: { step } });
}

/** Somebody who may only look has nothing to set up. */
function NotYours() {
  const { t } = useTranslation(["entry", "shell"]);
  return (
    <EntryFrame>
      <Empty icon="user">
        <h1>{t("shell:forbidden.title")}</h1>
        <p>{t("setup.notYours")}</p>
        <p>
          <Link onClick={passSetup} to="/">
            {t("shell:failed.home")}
          </Link>
        </p>
      </Empty>
    </EntryFrame>
  );
}

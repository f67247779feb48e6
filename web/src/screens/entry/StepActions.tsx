/** The ways out of a step: back, past it, and on. */

import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import style from "./Step.module.css";

interface Props {
  onBack: (() => void) | null;
  /** What the way on says; without `onNext` it sends the form that it stands in. */
  next: string;
  onNext?: () => void;
  /** A way past what the step asks. */
  onSkip?: () => void;
  running?: boolean;
}

export function StepActions({ onBack, next, onNext, onSkip, running = false }: Props) {
  const { t } = useTranslation(["entry", "shell"]);
  return (
    <div className={style.actions}>
      {onBack === null ? null : (
        <Button icon="left" kind="quiet" onClick={onBack}>
          {t("shell:actions.back")}
        </Button>
      )}
      <span className={style.gap} />
      {onSkip === undefined ? null : (
        <Button kind="quiet" onClick={onSkip}>
          {t("setup.skip")}
        </Button>
      )}
      <Button
        disabled={running}
        kind="main"
        type={onNext === undefined ? "submit" : "button"}
        {...(onNext === undefined ? {} : { onClick: onNext })}
      >
        {next}
      </Button>
    </div>
  );
}

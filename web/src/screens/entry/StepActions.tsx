/** The ways out of a step: back, past it, and on. */

import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button.tsx";
import style from "./Step.module.css";

interface Props {
  onBack: (() => void) | null;
  /** What the way on says; none where only something in the step leads on. */
  next?: string;
  /** Without it the way on sends the form that it stands in. */
  onNext?: () => void;
  /** A way past what the step asks. */
  onSkip?: () => void;
  /** What that says, if not just that. */
  skip?: string;
  running?: boolean;
}

export function StepActions({ onBack, next, onNext, onSkip, skip, running = false }: Props) {
  const { t } = useTranslation(["entry", "shell"]);
  const on = onNext === undefined ? { type: "submit" as const } : { onClick: onNext };
  return (
    <div className={style.actions}>
      {onBack === null ? null : (
        <Button icon="left" kind="quiet" onClick={onBack}>
          {t("shell:actions.back")}
        </Button>
      )}
      <div className={style.on}>
        {onSkip === undefined ? null : (
          <Button kind="quiet" onClick={onSkip}>
            {skip ?? t("setup.skip")}
          </Button>
        )}
        {next === undefined ? null : (
          <Button disabled={running} kind="main" {...on}>
            {next}
          </Button>
        )}
      </div>
    </div>
  );
}

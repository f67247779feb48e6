/** How far an export is, or how it ended. */

import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem.ts";
import { Notice } from "../../parts/Notice.tsx";
import { Reason } from "../../parts/Waiting.tsx";
import { withUnit } from "../../words/numbers.ts";
import style from "./ExportCard.module.css";
import type { ExportState } from "./useExport.ts";

export function ExportProgress({ state }: { state: ExportState }) {
  const { t } = useTranslation("storage");
  if (state.step === "idle") return null;
  if (state.step === "running") return <Running state={state} />;
  const bytes = withUnit(state.progress.bytes, "B");
  if (state.step === "done")
    return <Notice kind="good">{t("export.done", { bytes, name: state.name })}</Notice>;
  if (state.step === "stopped") return <Notice icon="close">{t("export.stopped")}</Notice>;
  return (
    <Notice kind="bad">
      <Refusal error={state.error} />
    </Notice>
  );
}

function Running({ state: { progress } }: { state: ExportState }) {
  const { t } = useTranslation("storage");
  const { parts, done, bytes } = progress;
  const shown = withUnit(bytes, "B");
  const known = parts > 1 ? { max: parts, value: done } : {};
  return (
    <div className={style.progress}>
      <progress aria-label={t("export.progress")} {...known} />
      <p role="status">
        {parts > 1
          ? t("export.running", { done, parts, bytes: shown })
          : t("export.runningWhole", { bytes: shown })}
      </p>
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation("storage");
  if (error instanceof Problem && error.kind === "not-installed")
    return t("export.notInstalled", { reason: error.message });
  return <Reason error={error} />;
}

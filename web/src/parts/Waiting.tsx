/** The states of a view that has nothing to show: it waits, it failed, there is nothing. */

import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isUnreachable, mayPass, Problem } from "../api/problem.ts";
import { Button } from "./Button.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { Notice } from "./Notice.tsx";
import style from "./Waiting.module.css";

/** Holds the room of what comes, so that nothing jumps. */
export function Loading({ height = 160 }: { height?: number }) {
  const { t } = useTranslation("shell");
  return (
    <div className={style.loading} role="status" style={{ minHeight: height }}>
      <span className="heard">{t("loading")}</span>
    </div>
  );
}

/** There is nothing, and why, and what would bring something. */
export function Empty({ icon = "chart", children }: { icon?: IconName; children: ReactNode }) {
  return (
    <div className={style.empty}>
      <Icon name={icon} size={32} />
      <div>{children}</div>
    </div>
  );
}

/** What went wrong, in words, with another try where that may help. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation("shell");
  const client = useQueryClient();
  const again = retry ?? (() => void client.invalidateQueries());
  const action = mayPass(error) ? <Button onClick={again}>{t("retry")}</Button> : undefined;
  return (
    <Notice kind="bad" title={t("failed.title")} action={action}>
      <Reason error={error} />
    </Notice>
  );
}

/** An error in words that people can act on. */
export function Reason({ error }: { error: unknown }) {
  const { t } = useTranslation("shell");
  if (error instanceof Problem) return error.message;
  if (isUnreachable(error)) return t("failed.network");
  return (
    <>
      {t("failed.broken")}
      <details className={style.details}>
        <summary>{t("failed.details")}</summary>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </details>
    </>
  );
}

/** What was changed but counts only from the next start on, and the way to have that start now. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { system } from "../../api/questions.ts";
import { useMay, useSite } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Reason } from "../../parts/Waiting.tsx";
import { begunAfter } from "./beginning.ts";

/** `moved`: the place was changed since this was opened. */
export function NextStart({ moved }: { moved: boolean }) {
  const { t } = useTranslation("settings");
  const site = useSite();
  const administers = useMay("administer");
  const { data } = useQuery(system);
  const client = useQueryClient();
  const restart = useMutation({
    mutationFn: async (before: string) => {
      await answer(server.POST("/api/v1/system/restart"));
      return begunAfter(before);
    },
    onSuccess: () => client.invalidateQueries(),
  });
  if (data === undefined || site.id !== "home") return null;
  if (restart.isPending) return <Notice icon="late">{t("restart.waiting")}</Notice>;
  if (restart.isError) {
    return (
      <Notice kind="bad" title={t("restart.failed")}>
        <Reason error={restart.error} />
      </Notice>
    );
  }
  if (restart.data === false) return <Notice kind="bad">{t("restart.late")}</Notice>;
  const waits = site.zone !== data.zone || moved;
  if (restart.isSuccess && site.zone === data.zone) return <Notice kind="good">{t("restart.done")}</Notice>;
  if (!waits) return null;
  const offered = administers && data.can_restart;
  return (
    <Notice
      action={
        offered ? (
          <Button kind="main" onClick={() => restart.mutate(data.started_at)}>
            {t("restart.now")}
          </Button>
        ) : undefined
      }
      kind="warning"
      title={t("restart.title")}
    >
      {site.zone === data.zone ? t("restart.place") : t("restart.zone", { zone: data.zone })}
      {offered ? null : ` ${t("restart.byHand")}`}
    </Notice>
  );
}

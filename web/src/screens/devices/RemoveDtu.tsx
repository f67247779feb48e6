/** Asks before a DTU is read no longer. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { done, server } from "../../api/client.ts";
import { system } from "../../api/questions.ts";
import { Confirm } from "../../parts/Dialog.tsx";
import { navigate } from "../../routing/index.tsx";
import { dtus } from "./questions.ts";

export function RemoveDtu({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation(["devices", "shell"]);
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => done(server.DELETE("/api/v1/dtus/{id}", { params: { path: { id: name } } })),
    onSuccess: () => {
      for (const { queryKey } of [dtus, system]) void client.invalidateQueries({ queryKey });
      navigate({ to: "/devices" });
    },
  });
  return (
    <Confirm
      action={t("shell:actions.remove")}
      error={error}
      onClose={onClose}
      onConfirm={() => mutate()}
      pending={isPending}
      title={t("dtu.removeTitle", { name })}
    >
      {t("dtu.removeAbout")}
    </Confirm>
  );
}

/** How a DTU answers, in a sentence. */

import { useTranslation } from "react-i18next";
import { number } from "../../words/numbers.ts";
import { duration } from "../../words/times.ts";
import { type Health, healthWord } from "./health.ts";

export function HealthWords({ health }: { health: Health | null }) {
  const { t } = useTranslation("devices");
  const word = healthWord(health);
  if (health === null || word === "unread") return t("health.unread");
  const next =
    health.next_poll_in < 1
      ? t("health.nextNow")
      : t("health.nextIn", { duration: duration(health.next_poll_in) });
  if (word === "failing") return t("health.failing", { count: health.consecutive_failures, next });
  if (word === "open") return t("health.open", { next });
  if (word === "mostly") {
    return t("health.mostly", { asked: number(health.query_count), failed: number(health.error_count) });
  }
  return t(`health.${word}`);
}

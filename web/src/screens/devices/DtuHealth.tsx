/** How a DTU answers: since the start, and by the hour of the last day. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { TimeChart } from "../../charts/TimeChart.tsx";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { iso } from "../../sitetime/zone.ts";
import { number, percent } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { Fact, Facts } from "./Facts.tsx";
import { HealthWords } from "./HealthWords.tsx";
import { answeredShare, type Health, isTroubled } from "./health.ts";
import { byHour, total } from "./polls.ts";
import { type Dtu, metrics } from "./questions.ts";

const HOUR = 3600_000;
const HEIGHT = 150;

export function DtuHealth({ dtu }: { dtu: Dtu }) {
  const { t } = useTranslation("devices");
  return (
    <Card tall title={t("health.title")}>
      <Notice kind={isTroubled(dtu.health) ? "warning" : dtu.health === null ? "plain" : "good"}>
        <HealthWords health={dtu.health} />
      </Notice>
      {dtu.health === null ? null : <Since health={dtu.health} />}
      <Polls name={dtu.id} />
    </Card>
  );
}

function Since({ health }: { health: Health }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const { query_count, consecutive_failures, breaker, last_error, last_error_time } = health;
  const share = percent(answeredShare(health), 1);
  const at = last_error_time === null ? undefined : time(last_error_time, "moment", zone);
  return (
    <Facts>
      <Fact name={t("health.share")}>{t("health.shareOf", { share, asked: number(query_count) })}</Fact>
      <Fact name={t("health.failures")}>{number(consecutive_failures)}</Fact>
      <Fact name={t("health.breaker")}>{t(`health.breakers.${breaker}`)}</Fact>
      <Fact beside={at} name={t("health.lastError")}>
        {last_error ?? t("health.noError")}
      </Fact>
    </Facts>
  );
}

function Polls({ name }: { name: string }) {
  const { t } = useTranslation("devices");
  const zone = useZone();
  const end = (Math.floor(usePlantNow(60_000) / HOUR) + 1) * HOUR;
  const start = end - 24 * HOUR;
  const polls = useQuery({ ...metrics("polls", iso(start)), placeholderData: keepPreviousData });
  const errors = useQuery({ ...metrics("poll_errors", iso(start)), placeholderData: keepPreviousData });
  const error = polls.error ?? errors.error;
  if (error !== null) return <Failed error={error} />;
  if (polls.data === undefined || errors.data === undefined) return <Loading height={HEIGHT + 60} />;
  const hours = byHour(polls.data, errors.data, name, start, end);
  const [asked, failed] = [total(hours.polls), total(hours.failed)];
  const line = { unit: "", resolution: 1, kind: "bars" as const };
  return (
    <TimeChart
      empty={t("health.noPolls")}
      height={HEIGHT}
      lines={[
        { ...line, key: "polls", label: t("health.asked"), values: hours.polls, color: "--good" },
        { ...line, key: "failed", label: t("health.failed"), values: hours.failed, color: "--bad" },
      ]}
      span={{ start, end }}
      summary={t("health.pollsSummary", { answered: number(asked - failed), failed: number(failed) })}
      times={hours.times}
      title={t("health.polls")}
      zone={zone}
    />
  );
}

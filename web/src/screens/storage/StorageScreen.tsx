/** What is kept: how much room it takes, how it is, which days are complete, and the way to have it as a file. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { storage } from "../../api/questions.ts";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/Waiting.tsx";
import { CalendarCard } from "./CalendarCard.tsx";
import { ExportCard } from "./ExportCard.tsx";
import { SizeCard } from "./SizeCard.tsx";
import { StateCard } from "./StateCard.tsx";
import style from "./StorageScreen.module.css";
import { TiersCard } from "./TiersCard.tsx";

const SECOND = 1000;

export function StorageScreen() {
  const { t } = useTranslation(["storage", "shell"]);
  const { data, error, refetch } = useQuery({
    ...storage,
    refetchInterval: ({ state }) => (state.data?.rebuild?.state === "running" ? SECOND : 60 * SECOND),
  });
  const waiting = data === undefined && error === null;
  return (
    <>
      <h1>{t("shell:screens.storage")}</h1>
      {data === undefined ? (
        <Card title={t("size.title")}>
          {waiting ? (
            <div className={style.room}>
              <Loading height={64} />
            </div>
          ) : (
            <Failed error={error} retry={() => void refetch()} />
          )}
        </Card>
      ) : (
        <>
          <SizeCard found={data} />
          <StateCard found={data} />
        </>
      )}
      {waiting ? (
        <Card title={t("state.title")}>
          <Loading height={80} />
        </Card>
      ) : null}
      <div className={style.pair}>
        {data === undefined ? null : <TiersCard found={data} />}
        {waiting ? (
          <Card title={t("tiers.title")}>
            <Loading height={480} />
          </Card>
        ) : null}
        <ExportCard oldest={data?.oldest ?? null} />
      </div>
      <CalendarCard oldest={data?.oldest ?? null} />
    </>
  );
}

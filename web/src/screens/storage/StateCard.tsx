/** Whether the database and what is made from the readings are in order, and what waits to be stored. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, server } from "../../api/client.ts";
import { storage } from "../../api/questions.ts";
import { useMay, useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Confirm } from "../../parts/Dialog.tsx";
import { Icon, type IconName } from "../../parts/Icon.tsx";
import { number, percent, withUnit } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import type { Storage } from "./room.ts";
import style from "./StateCard.module.css";

export function StateCard({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  const { store } = found.health;
  return (
    <Card title={t("state.title")}>
      <ul className={style.list}>
        <Item
          good={store.healthy}
          label={t("state.store")}
          word={store.healthy ? t("state.healthy") : t("state.failed")}
        >
          {store.error}
        </Item>
        <Rollups found={found} />
        {found.spool === null ? null : <Spool spool={found.spool} />}
        {found.compression === null ? null : <Compression compression={found.compression} />}
      </ul>
    </Card>
  );
}

interface Told {
  label: string;
  good: boolean;
  word: string;
  /** While it works. */
  busy?: boolean;
  children?: ReactNode;
}

function Item({ label, good, word, busy = false, children }: Told) {
  const sign: IconName = busy ? "late" : good ? "check" : "warning";
  const kind = busy ? style.busy : good ? style.good : style.bad;
  return (
    <li className={style.item}>
      <div className={style.line}>
        <strong>{label}</strong>
        <span className={`${style.word} ${kind}`}>
          <Icon name={sign} size={16} />
          {word}
        </span>
      </div>
      {children === null || children === undefined ? null : <div className={style.more}>{children}</div>}
    </li>
  );
}

function Rollups({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  const running = found.rebuild?.state === "running";
  const { healthy, error } = found.health.rollups;
  const word = running ? "rebuilding" : healthy ? "healthy" : "failed";
  return (
    <Item busy={running} good={healthy} label={t("state.rollups")} word={t(`state.${word}`)}>
      {running ? <Progress share={found.rebuild?.progress ?? 0} /> : error}
      {running ? null : <Latest rebuild={found.rebuild} />}
      {useMay("operate") ? <Rebuild disabled={running} /> : null}
    </Item>
  );
}

function Progress({ share }: { share: number }) {
  const { t } = useTranslation("storage");
  return (
    <div aria-live="polite">
      <progress aria-label={t("state.rebuilding")} className={style.progress} max={1} value={share} />
      <span>{t("state.progress", { share: percent(share) })}</span>
    </div>
  );
}

function Latest({ rebuild }: { rebuild: Storage["rebuild"] }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  if (rebuild === null || rebuild.state !== "done" || rebuild.finished_at === null) return null;
  const when = time(rebuild.finished_at, "moment", zone);
  return <p>{t("state.rebuilt", { when, count: rebuild.mended ?? 0 })}</p>;
}

function Rebuild({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation("storage");
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const rebuild = useMutation({
    mutationFn: () => answer(server.POST("/api/v1/storage/rollups/rebuild")),
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: storage.queryKey });
    },
  });
  return (
    <>
      <Button disabled={disabled} onClick={() => setAsking(true)}>
        {t("state.rebuild")}
      </Button>
      {asking ? (
        <Confirm
          action={t("state.rebuild")}
          error={rebuild.error}
          onClose={() => setAsking(false)}
          onConfirm={() => rebuild.mutate()}
          pending={rebuild.isPending}
          title={t("state.rebuildTitle")}
        >
          {t("state.rebuildAbout")}
        </Confirm>
      ) : null}
    </>
  );
}

function Spool({ spool }: { spool: NonNullable<Storage["spool"]> }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const waits = t("state.spoolWaits", { count: spool.rows, shown: number(spool.rows) });
  const since =
    spool.oldest === null ? "" : `, ${t("state.spoolOldest", { when: time(spool.oldest, "moment", zone) })}`;
  const word = spool.rows === 0 ? t("state.spoolEmpty") : `${waits}${since}`;
  const room = { used: withUnit(spool.bytes, "B"), limit: withUnit(spool.limit_bytes, "B") };
  return (
    <Item
      busy={spool.rows > 0 && !spool.full}
      good={!spool.full && spool.set_aside === 0}
      label={t("state.spool")}
      word={spool.full ? t("state.spoolFull") : word}
    >
      <meter
        aria-label={t("state.spoolRoom", room)}
        className={style.progress}
        max={spool.limit_bytes}
        value={spool.bytes}
      />
      <p>{t("state.spoolRoom", room)}</p>
      {spool.set_aside === 0 ? null : <p>{t("state.spoolAside", { count: spool.set_aside })}</p>}
    </Item>
  );
}

function Compression({ compression }: { compression: NonNullable<Storage["compression"]> }) {
  const { t } = useTranslation("storage");
  const { bytes_before, bytes_after, chunks, compressed_chunks, error } = compression;
  const sizes = { before: withUnit(bytes_before, "B"), after: withUnit(bytes_after, "B") };
  const good = error === null;
  return (
    <Item good={good} label={t("state.compression")} word={good ? t("state.healthy") : t("state.failed")}>
      <p>
        {bytes_before > 0 ? `${t("state.compressed", sizes)}; ` : ""}
        {t("state.chunks", { done: number(compressed_chunks), all: number(chunks) })}
      </p>
      {error === null ? null : <p>{error}</p>}
    </Item>
  );
}

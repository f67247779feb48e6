/** Who did what and when, newest first, and whether the chain of it is whole. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type AuditQuery, audit, type Entry, verification } from "../../api/accounts.ts";
import { useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { useSearch } from "../../routing/index.tsx";
import { dayCalled, iso, startOf } from "../../sitetime/zone.ts";
import { number } from "../../words/numbers.ts";
import { AuditEntry } from "./AuditEntry.tsx";
import { AuditFilter } from "./AuditFilter.tsx";
import forms from "./forms.module.css";
import type { SettingsSearch } from "./search.ts";

export function AuditSection() {
  const { t } = useTranslation("settings");
  const zone = useZone();
  const search = useSearch({ from: "/settings/$section" });
  const found = useInfiniteQuery(audit(queryOf(search, zone)));
  return (
    <>
      <Card title={t("audit.chain")}>
        <Chain />
      </Card>
      <Card title={t("audit.title")}>
        <AuditFilter key={JSON.stringify(search)} search={search} />
        {found.data === undefined ? (
          found.error === null ? (
            <Loading height={400} />
          ) : (
            <Failed error={found.error} retry={() => void found.refetch()} />
          )
        ) : (
          <Entries entries={found.data.pages.flatMap((page) => page.items as Entry[])} />
        )}
        {found.hasNextPage ? (
          <div>
            <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("audit.older")}
            </Button>
          </div>
        ) : null}
      </Card>
    </>
  );
}

/** Days of the address as moments; the last day counts as a whole. */
export function queryOf({ who, action, from, to }: SettingsSearch, zone: string): AuditQuery {
  const start = from === undefined ? null : dayCalled(from, zone);
  const last = to === undefined ? null : dayCalled(to, zone);
  return {
    ...(who === undefined ? {} : { who }),
    ...(action === undefined ? {} : { action }),
    ...(start === null ? {} : { start: iso(start) }),
    ...(last === null ? {} : { end: iso(startOf("day", last, zone, 1)) }),
  };
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation("settings");
  if (entries.length === 0) return <Empty icon="user">{t("audit.none")}</Empty>;
  return (
    <ul className={forms.list}>
      {entries.map((entry) => (
        <AuditEntry entry={entry} key={entry.seq} />
      ))}
    </ul>
  );
}

function Chain() {
  const { t } = useTranslation("settings");
  const { data, error, isFetching, refetch } = useQuery({ ...verification, enabled: false });
  const check = (
    <Button disabled={isFetching} onClick={() => void refetch()}>
      {t("audit.verify")}
    </Button>
  );
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Notice action={check}>{t("audit.chainAbout")}</Notice>;
  if (!data.sound) {
    return (
      <Notice action={check} kind="bad" title={t("audit.broken", { seq: number(data.seq) })}>
        {data.fault}
      </Notice>
    );
  }
  return (
    <Notice action={check} kind="good" title={t("audit.sound", { count: data.seq, shown: number(data.seq) })}>
      <p className={forms.about}>{t("audit.soundAbout")}</p>
      <code className={forms.secret}>{data.hash}</code>
    </Notice>
  );
}

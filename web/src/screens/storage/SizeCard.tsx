/** How much room the data take, how fast they grow, and how long the disk lasts. */

import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { Card } from "../../parts/Card.tsx";
import { MISSING, number, type Shown, scaled, withUnit } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { bytesPerReading, isGrown, lasting, type Storage } from "./room.ts";
import style from "./SizeCard.module.css";

export function SizeCard({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  const raw = found.tiers.find(({ tier }) => tier === "raw");
  return (
    <Card title={t("size.title")}>
      <dl className={style.numbers}>
        <Database found={found} />
        <Size
          about={
            isGrown(found)
              ? t("size.growthAbout", { rows: number(found.rows_per_day) })
              : t("size.growthUnknown")
          }
          label={t("size.growth")}
          shown={scaled(isGrown(found) ? found.bytes_per_day : null, "B")}
        />
        <Full found={found} />
        <Size
          about={
            found.disk === null
              ? (found.disk_unknown ?? t("size.freeUnknown"))
              : t("size.freeOf", { total: withUnit(found.disk.total_bytes, "B") })
          }
          label={t("size.free")}
          shown={scaled(found.disk?.free_bytes, "B")}
        />
        <Size
          about={t("size.readingAbout", { rows: number(raw?.rows) })}
          label={t("size.reading")}
          shown={scaled(bytesPerReading(found), "B")}
        />
      </dl>
    </Card>
  );
}

const ENGINES: Record<string, string> = {
  sqlite: "SQLite",
  postgresql: "PostgreSQL",
  timescaledb: "TimescaleDB",
};

function Database({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  const engine = ENGINES[found.engine] ?? found.engine;
  const about =
    found.oldest === null ? engine : t("size.databaseOf", { engine, day: time(found.oldest, "day", zone) });
  return <Size about={about} label={t("size.database")} shown={scaled(found.bytes, "B")} />;
}

function Full({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  if (!isGrown(found))
    return (
      <Size about={t("size.growthUnknown")} label={t("size.full")} shown={{ value: MISSING, unit: "" }} />
    );
  const days = found.days_until_full;
  const value = days === null ? t("size.fullNever") : (lasting(days) ?? t("size.years"));
  return (
    <Size
      about={days === null ? "" : t("size.fullAbout")}
      label={t("size.full")}
      shown={{ value, unit: "" }}
    />
  );
}

function Size({ label, shown, about }: { label: string; shown: Shown; about: string }) {
  return (
    <div className={style.size}>
      <dt>{label}</dt>
      <dd className={style.value}>
        {shown.value} <span className={style.unit}>{shown.value === MISSING ? "" : shown.unit}</span>
      </dd>
      <dd className={style.about}>{about}</dd>
    </div>
  );
}

/** What the room is taken by: readings, and what is made from them, as one bar and as a table. */

import { useTranslation } from "react-i18next";
import { useZone } from "../../api/session.ts";
import { Card } from "../../parts/Card.tsx";
import { number, percent, withUnit } from "../../words/numbers.ts";
import { time } from "../../words/times.ts";
import { type Storage, sharesOf, type Tier } from "./room.ts";
import style from "./TiersCard.module.css";

export function TiersCard({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  const shares = sharesOf(found.tiers);
  const spoken = shares.map(({ tier, share }) => `${t(`tiers.${tier.tier}`)} ${percent(share)}`).join(", ");
  return (
    <Card title={t("tiers.title")}>
      <p className={style.about}>{t("tiers.about")}</p>
      <div aria-label={t("tiers.bar", { shares: spoken })} className={style.bar} role="img">
        {shares.map(({ tier, share }) => (
          <span className={style[tier.tier]} key={tier.tier} style={{ flexGrow: share }} />
        ))}
      </div>
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">{t("tiers.tier")}</th>
            <th scope="col">{t("tiers.rows")}</th>
            <th scope="col">{t("tiers.bytes")}</th>
            <th scope="col">{t("tiers.share")}</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((each) => (
            <Row key={each.tier.tier} {...each} />
          ))}
        </tbody>
      </table>
      {found.counted ? null : <p className={style.about}>{t("tiers.estimated")}</p>}
      <Tables found={found} />
    </Card>
  );
}

function Row({ tier, share }: { tier: Tier; share: number }) {
  const { t } = useTranslation("storage");
  return (
    <tr>
      <th scope="row">
        <span aria-hidden="true" className={`${style.swatch} ${style[tier.tier]}`} />
        {t(`tiers.${tier.tier}`)}
        <span className={style.span}>
          {tier.tier === "other" ? t("tiers.otherAbout") : <Time tier={tier} />}
        </span>
      </th>
      <td>{number(tier.rows)}</td>
      <td>{withUnit(tier.bytes, "B")}</td>
      <td>{percent(share, share < 0.1 ? 1 : 0)}</td>
    </tr>
  );
}

function Time({ tier }: { tier: Tier }) {
  const { t } = useTranslation("storage");
  const zone = useZone();
  if (tier.oldest === null || tier.newest === null) return "–";
  return t("tiers.from", { from: time(tier.oldest, "day", zone), to: time(tier.newest, "day", zone) });
}

function Tables({ found }: { found: Storage }) {
  const { t } = useTranslation("storage");
  return (
    <details>
      <summary className={style.summary}>{t("tiers.tables")}</summary>
      <table className={style.table}>
        <thead>
          <tr>
            <th scope="col">{t("tiers.table")}</th>
            <th scope="col">{t("tiers.rows")}</th>
            <th scope="col">{t("tiers.bytes")}</th>
          </tr>
        </thead>
        <tbody>
          {found.tables.map(({ name, tier, rows, bytes }) => (
            <tr key={`${name} ${tier}`}>
              <th scope="row">
                <code>{name}</code>
                <span className={style.span}>{t(`tiers.${tier}`)}</span>
              </th>
              <td>{number(rows)}</td>
              <td>{withUnit(bytes, "B")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

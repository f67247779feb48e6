/** What programs and devices show instead of a password: which there are, making one, and ending one. */

import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Token, tokens } from "../../api/accounts.ts";
import { done, server } from "../../api/client.ts";
import { me } from "../../api/questions.ts";
import { useMay, useZone } from "../../api/session.ts";
import { Button } from "../../parts/Button.tsx";
import { Card } from "../../parts/Card.tsx";
import { Confirm } from "../../parts/Dialog.tsx";
import { Empty, Failed, Loading } from "../../parts/Waiting.tsx";
import { usePlantNow } from "../../sitetime/clock.ts";
import { time } from "../../words/times.ts";
import style from "./forms.module.css";
import { TokenDialog } from "./TokenDialog.tsx";

export function TokensSection() {
  const { t } = useTranslation("settings");
  const { data: who } = useSuspenseQuery(me);
  const administers = useMay("administer");
  const { data, error, refetch } = useQuery(tokens);
  const [making, setMaking] = useState(false);
  const mayMake = administers || who.kind === "user";
  return (
    <Card
      aside={
        mayMake ? (
          <Button icon="plus" kind="main" onClick={() => setMaking(true)}>
            {t("tokens.make")}
          </Button>
        ) : undefined
      }
      title={t("tokens.title")}
    >
      <p className={style.about}>{administers ? t("tokens.allAbout") : t("tokens.ownAbout")}</p>
      {data === undefined ? (
        error === null ? (
          <Loading height={160} />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <ul className={style.list}>
          {[...data].sort(inForceFirst).map((token) => (
            <Item key={token.id} token={token} />
          ))}
        </ul>
      )}
      {data?.length === 0 ? <Empty icon="devices">{t("tokens.none")}</Empty> : null}
      {making ? <TokenDialog onClose={() => setMaking(false)} /> : null}
    </Card>
  );
}

function inForceFirst(one: Token, other: Token): number {
  const ended = Number(one.revoked_at !== null) - Number(other.revoked_at !== null);
  return ended === 0 ? other.created_at.localeCompare(one.created_at) : ended;
}

function Item({ token }: { token: Token }) {
  const { t } = useTranslation(["settings", "shell"]);
  const zone = useZone();
  const now = usePlantNow(60_000);
  const [asking, setAsking] = useState(false);
  const expired = token.expires_at !== null && Date.parse(token.expires_at) <= now;
  const ended = token.revoked_at !== null || expired;
  const said = [
    token.owner === null ? t("tokens.installation") : t("tokens.owner", { name: token.owner }),
    token.expires_at === null
      ? t("tokens.forever")
      : t("tokens.until", { when: time(token.expires_at, "moment", zone) }),
    token.last_used_at === null
      ? t("tokens.unused")
      : t("tokens.used", { when: time(token.last_used_at, "moment", zone) }),
  ];
  return (
    <li>
      <div className={style.what}>
        <strong>{token.name}</strong>
        <span className={style.badge}>{useMayWords(token)}</span>{" "}
        {ended ? (
          <span className={`${style.badge} ${style.bad}`}>
            {token.revoked_at === null ? t("tokens.expired") : t("tokens.revoked")}
          </span>
        ) : null}
        <p className={style.about}>{said.join(" · ")}</p>
      </div>
      {token.revoked_at === null ? (
        <Button onClick={() => setAsking(true)}>{t("tokens.revoke")}</Button>
      ) : null}
      {asking ? <Revocation onClose={() => setAsking(false)} token={token} /> : null}
    </li>
  );
}

/** What a token may, in a few words. */
function useMayWords({ device, role, scopes, sites }: Token): string {
  const { t } = useTranslation("settings");
  if (device !== null) return t("tokens.pushes", { device });
  const named = role === "administrator" || role === "operator" ? role : "viewer";
  const narrowed = scopes === null ? "" : `: ${scopes.join(", ")}`;
  const where = sites === null ? "" : ` (${sites.join(", ")})`;
  return `${t(`roles.${named}`)}${narrowed}${where}`;
}

function Revocation({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => done(server.DELETE("/api/v1/tokens/{id}", { params: { path: { id: token.id } } })),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: tokens.queryKey });
    },
  });
  return (
    <Confirm
      action={t("tokens.revoke")}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      pending={revoke.isPending}
      title={t("tokens.revokeTitle", { name: token.name })}
    >
      {t("tokens.revokeAbout")}
    </Confirm>
  );
}
